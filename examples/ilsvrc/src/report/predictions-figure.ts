import sharp from 'sharp';
import { firstSynonym } from '../data/class-name.js';
import { escapeHtml } from './escape-html.js';

/** An image with the predictions of the network. */
export interface Prediction {
  /** The RGB bytes of a square image. */
  readonly pixels: ArrayLike<number>;
  /** The words of the true class. */
  readonly trueLabel: string;
  /** The most probable labels, most probable first. */
  readonly top5: readonly { readonly label: string; readonly probability: number }[];
}

/** The style of the fragment. Its colours are the page's `--accent` and `--bar`, if it sets them. */
const predictionsStyle = `
.predictions { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(12rem, 44%), 1fr)); gap: 1.5rem 1.25rem; margin: 0; }
.prediction { margin: 0; min-width: 0; }
.prediction img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 4px; }
.prediction figcaption { margin: .4rem 0 .35rem; text-align: center; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
.bars { margin: 0; padding: 0; list-style: none; }
.bars li { position: relative; margin: 2px 0; font-size: .8rem; line-height: 1.45; }
.bars i { position: absolute; inset: 0 auto 0 0; min-width: 2px; border-radius: 2px; background: var(--bar, #b9cbe4); }
.bars .true i { background: var(--accent, #f0a3b5); }
.bars .true span { font-weight: 600; }
.bars span { position: relative; display: block; padding: 0 .35rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
`;

/**
 * Draws predictions like Figure 4 (left) of the paper, as an HTML fragment. Below each image are its true
 * label and bars for the five most probable labels. The length of a bar is the probability; the bar of the
 * true label is pink.
 *
 * The fragment is self-contained, with its style and images. All text is escaped.
 *
 * Source: Krizhevsky et al. 2012, sec. 6.1, Figure 4.
 *
 * @throws RangeError if an image is not square, or a probability is not in 0 .. 1.
 * @example
 * const html = await predictionsFigure([{ pixels, trueLabel: 'mite', top5: [{ label: 'mite', probability: .9 }] }]);
 */
export async function predictionsFigure(items: readonly Prediction[]): Promise<string> {
  const figures = await Promise.all(items.map(predictionFigure));
  return `<style>${predictionsStyle}</style>\n<div class="predictions">\n${figures.join('\n')}\n</div>`;
}

async function predictionFigure(item: Prediction): Promise<string> {
  const jpeg = await encodePixels(item.pixels);
  const source = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  const name = firstSynonym(item.trueLabel);
  const bars = item.top5.map(({ label, probability }) => bar(label, probability, label === item.trueLabel));
  return `<figure class="prediction"><img src="${source}" alt="${escapeHtml(name)}">
<figcaption title="${escapeHtml(item.trueLabel)}">${escapeHtml(name)}</figcaption>
<ol class="bars">${bars.join('')}</ol></figure>`;
}

function bar(label: string, probability: number, isTrue: boolean): string {
  if (!(probability >= 0 && probability <= 1.0001)) {
    throw new RangeError(`probability must be in 0 .. 1 (predictionsFigure), got ${probability}.`);
  }
  const percent = Number((100 * Math.min(1, probability)).toFixed(1));
  const title = escapeHtml(`${label}: ${percent}%`);
  return `<li${isTrue ? ' class="true"' : ''} title="${title}"><i style="width:${percent}%"></i><span>${escapeHtml(firstSynonym(label))}</span></li>`;
}

function encodePixels(pixels: ArrayLike<number>): Promise<Buffer> {
  const side = Math.round(Math.sqrt(pixels.length / 3));
  if (side === 0 || pixels.length !== side * side * 3) {
    throw new RangeError(`pixels must be side x side x 3 numbers (predictionsFigure), got ${pixels.length}.`);
  }
  const image = sharp(Uint8Array.from(pixels), { raw: { width: side, height: side, channels: 3 } });
  return image.jpeg({ quality: 88 }).toBuffer();
}
