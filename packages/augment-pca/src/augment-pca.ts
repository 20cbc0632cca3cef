import { randomStream } from '@alexnet/random';
import { requireKnownOptions, requireTensor } from '@alexnet/validate';
import { add, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { type ColorShiftOptions, drawColorShift } from './draw-color-shift.js';
import type { RgbPca } from './rgb-pca.js';

/** Options of {@link augmentPca}. */
export interface AugmentPcaOptions extends ColorShiftOptions {
  /** The seed of every draw. */
  readonly seed: number;
  /** The epoch: an image's color differs in each; 0. */
  readonly epoch?: number;
  /**
   * Index of the batch's first image in the data set; 0. Image i draws from the seed, the epoch and
   * `firstImage + i`.
   */
  readonly firstImage?: number;
}

/**
 * The first key after the seed. Other draws for the same image, such as its crop, have another number there.
 */
const COLOR = 4;

/**
 * Adds one color, drawn along the principal components of RGB, to every pixel of an image: `[N, H, W, 3]` in
 * and out.
 *
 * `I <- I + [p1 p2 p3] [a1 l1, a2 l2, a3 l3]^T`, `a ~ N(0, sigma)`, one draw of a per image, independent of
 * the image's crop. Nothing is clipped. The images must be in the units of `pca`. Krizhevsky et al. 2012,
 * sec. 4.1, who report that it lowers the top-1 error by over 1%.
 *
 * @throws TypeError if `images` is not `[N, H, W, 3]` or an option is unknown; RangeError if sigma, scale, a
 *   key or `pca` is out of range.
 * @example
 * const noisy = augmentPca(images, imagenetRgbPca, { scale: 'sqrt', seed: 1, epoch });
 */
export function augmentPca(images: Tensor4D, pca: RgbPca, options: AugmentPcaOptions): Tensor4D {
  requireTensor('images', images, { axes: ['N', 'H', 'W', 3] }, 'augmentPca');
  requireKnownOptions(options, ['sigma', 'scale', 'seed', 'epoch', 'firstImage'], 'augmentPca');
  const { seed, epoch = 0, firstImage = 0, ...strength } = options;
  const count = images.shape[0];
  const shifts = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    shifts.set(drawColorShift(randomStream(seed, COLOR, epoch, firstImage + i), pca, strength), i * 3);
  }
  return tidy(() => add(images, tensor4d(shifts, [count, 1, 1, 3])));
}
