/** The kernels of the first layer after an epoch, counted from 1, as a PNG. */
export interface EpochKernels {
  readonly epoch: number;
  readonly png: Uint8Array;
}

/** Images of the first layer side by side in the order of their epochs, as an HTML fragment. */
export function kernelsStrip(images: readonly EpochKernels[]): string {
  const figures = images.map(({ epoch, png }) => {
    const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    return `<figure><img src="${source}" alt="the kernels of the first layer after epoch ${epoch}"><figcaption>epoch ${epoch}</figcaption></figure>`;
  });
  return `<div class="strip">${figures.join('\n')}</div>`;
}
