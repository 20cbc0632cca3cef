import type { RandomStream } from '@alexnet/random';
import type { CropView } from './crop-view.js';
import { sparePixels } from './spare-pixels.js';
import type { ViewGeometry } from './ten-crop-views.js';

/** Options of {@link drawView}. */
export interface DrawViewOptions extends ViewGeometry {
  /** Mirror half of the views; true in sec. 4.1. */
  readonly mirror?: boolean;
}

/**
 * Draws a training view: both offsets uniform over `0 .. side - size`, ends included, and a fair coin for the mirror.
 *
 * 256 -> 224 gives 33 * 33 * 2 = 2178 views; the paper's 'factor of 2048' counts 32 offsets (Krizhevsky et al. 2012,
 * sec. 4.1; the original program draws 33). Three draws are taken from the stream whatever the options.
 *
 * @throws RangeError if the view does not fit in the image.
 * @example
 * drawView(randomStream(seed, epoch, image), { imageSize: 256, size: 224 });
 */
export function drawView(
  stream: RandomStream,
  { imageSize, size = 224, mirror = true }: DrawViewOptions,
): CropView {
  const [down, right] = sparePixels(imageSize, size, 'drawView');
  const top = stream.integer(down + 1);
  const left = stream.integer(right + 1);
  const heads = stream.integer(2) === 1;
  return { top, left, mirror: mirror && heads };
}
