import { randomStream } from '@alexnet/random';
import { requireKnownOptions, requireTensor } from '@alexnet/validate';
import { add, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { type ColorShiftOptions, drawColorShift } from './draw-color-shift.js';
import type { RgbPca } from './rgb-pca.js';

/** First key after the seed: other draws for the same image, such as its crop, have another number there. */
const COLOR = 4;

/** Options of {@link augmentPca}. */
export interface AugmentPcaOptions extends ColorShiftOptions {
  /** The seed of every draw. */
  readonly seed: number;
  /** The epoch, so that a picture's colour differs in each; 0. */
  readonly epoch?: number;
  /** Number of the batch's first image in the data set: image i draws from `(seed, epoch, firstImage + i)`; 0. */
  readonly firstImage?: number;
}

/**
 * Adds one colour, drawn along the principal components of RGB, to every pixel of each picture: `[N, H, W, 3]` in and out.
 *
 * `I <- I + [p1 p2 p3] [a1 l1, a2 l2, a3 l3]^T`, `a ~ N(0, sigma)`, one draw of a per picture. Nothing is clipped. The
 * pictures must be in the units of `pca`. Krizhevsky et al. 2012, sec. 4.1 (worth over 1% of top-1 error there).
 *
 * @throws TypeError unless `images` is `[N, H, W, 3]`, or if an option is unknown; RangeError if sigma, scale, a key or
 *   `pca` is out of range.
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
