import sharp from 'sharp';

/** The kernels of the first layer of one tower, with weights in tfjs order, `[height, width, 3, filters]`. */
export interface Conv1Kernels {
  readonly shape: readonly [height: number, width: number, channels: 3, filters: number];
  readonly data: ArrayLike<number>;
}

export interface Conv1FigureOptions {
  /** Kernels per row; default 16, as in Figure 3. */
  perRow?: number;
  /** Pixels per weight along a side; default 6. */
  scale?: number;
  /** Pixels between kernels, left transparent; default 3. */
  gap?: number;
}

/**
 * Draws the kernels of the first layer like Figure 3 of the paper, as a PNG. The kernels of tower A come
 * first; the kernels of tower B start in a new row.
 *
 * All kernels have the same scale, level = 127.5 (1 + w / max |w|), so grey is zero everywhere and the
 * strengths of kernels can be compared.
 *
 * Source: Krizhevsky et al. 2012, sec. 6.1, Figure 3.
 *
 * @throws RangeError if there are no kernels, or a shape does not have three channels or does not match its
 * data.
 * @example
 * const kernel = model.getLayer('conv1a').getWeights()[0];
 * await writeFile('figure-3.png', await conv1Figure([{ shape: kernel.shape, data: await kernel.data() }]));
 */
export async function conv1Figure(
  towers: readonly Conv1Kernels[],
  { perRow = 16, scale = 6, gap = 3 }: Conv1FigureOptions = {},
): Promise<Buffer> {
  for (const tower of towers) requireKernels(tower);
  const [first] = towers;
  if (first === undefined) throw new RangeError('towers must hold at least one (conv1Figure), got 0.');
  const [kernelHeight, kernelWidth] = first.shape;
  const pitchX = kernelWidth * scale + gap;
  const pitchY = kernelHeight * scale + gap;
  const rows = towers.reduce((sum, { shape }) => sum + Math.ceil(shape[3] / perRow), 0);
  const columns = Math.min(perRow, Math.max(...towers.map(({ shape }) => shape[3])));
  const width = columns * pitchX - gap;
  const height = rows * pitchY - gap;
  const pixels = new Uint8Array(width * height * 4);
  const largest = largestMagnitude(towers);
  let row = 0;
  for (const tower of towers) {
    for (let filter = 0; filter < tower.shape[3]; filter++) {
      const left = (filter % perRow) * pitchX;
      const top = (row + Math.floor(filter / perRow)) * pitchY;
      drawKernel(pixels, width, { left, top, scale }, tower, filter, largest);
    }
    row += Math.ceil(tower.shape[3] / perRow);
  }
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Paints each weight as a square of `scale` pixels (nearest neighbour). */
function drawKernel(
  pixels: Uint8Array,
  width: number,
  { left, top, scale }: { left: number; top: number; scale: number },
  { shape, data }: Conv1Kernels,
  filter: number,
  largest: number,
): void {
  const [kernelHeight, kernelWidth, channels, filters] = shape;
  for (let y = 0; y < kernelHeight * scale; y++) {
    for (let x = 0; x < kernelWidth * scale; x++) {
      const cell = Math.floor(y / scale) * kernelWidth + Math.floor(x / scale);
      const p = ((top + y) * width + left + x) * 4;
      for (let c = 0; c < channels; c++) {
        const weight = data[(cell * channels + c) * filters + filter] as number;
        pixels[p + c] = Math.round(127.5 * (1 + weight / largest));
      }
      pixels[p + 3] = 255;
    }
  }
}

function largestMagnitude(towers: readonly Conv1Kernels[]): number {
  let largest = 0;
  for (const { data } of towers) {
    for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i] as number));
  }
  return largest || 1;
}

function requireKernels({ shape, data }: Conv1Kernels): void {
  const [height, width, channels, filters] = shape;
  if (channels !== 3 || filters < 1 || data.length !== height * width * channels * filters) {
    throw new RangeError(
      `kernels must be [height, width, 3, filters] with matching data (conv1Figure), got [${shape.join(', ')}] and ${data.length} numbers.`,
    );
  }
}
