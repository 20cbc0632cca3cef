import type { RandomStream } from '@alexnet/random';
import { describeValue, requireOneOf } from '@alexnet/validate';
import { requireRgbPca } from './require-rgb-pca.js';
import type { RgbPca } from './rgb-pca.js';

/** Strength of the color noise. */
export interface ColorShiftOptions {
  /** Standard deviation of the three draws a1, a2, a3; .1, sec. 4.1. */
  readonly sigma?: number;
  /**
   * What a draw is multiplied by: the `eigenvalue` (a variance) as the paper prints it, or its square root (a
   * standard deviation in gray levels) as in the original program. On pixels 0..255 only `sqrt` makes sense,
   * since `eigenvalue` moves an image by +-1483 gray levels. Default `eigenvalue`, sec. 4.1.
   */
  readonly scale?: 'eigenvalue' | 'sqrt';
}

/**
 * Draws the color that is added to every pixel of one image, `[red, green, blue]`.
 *
 * `shift = [p1 p2 p3] [a1 l1, a2 l2, a3 l3]^T`, `a ~ N(0, sigma)`, with `sqrt(l)` for `l` if `scale` is
 * `'sqrt'`. Krizhevsky et al. 2012, sec. 4.1.
 *
 * @param stream Other draws for the same image, such as its crop, must come from another stream.
 * @throws RangeError if sigma is negative or not finite or the scale is unknown; TypeError or RangeError if
 *   `pca` is not what `fitRgbPca` returns.
 * @example
 * drawColorShift(randomStream(seed, COLOR, epoch, image), imagenetRgbPca, { scale: 'sqrt' });
 */
export function drawColorShift(
  stream: RandomStream,
  pca: RgbPca,
  { sigma = 0.1, scale = 'eigenvalue' }: ColorShiftOptions = {},
): [red: number, green: number, blue: number] {
  if (!Number.isFinite(sigma) || sigma < 0) {
    throw new RangeError(`sigma must be a finite number >= 0 (drawColorShift), got ${describeValue(sigma)}.`);
  }
  requireOneOf('scale', scale, ['eigenvalue', 'sqrt'], 'drawColorShift');
  requireRgbPca(pca, 'drawColorShift');
  const shift: [number, number, number] = [0, 0, 0];
  for (const i of [0, 1, 2] as const) {
    // A singular covariance can have an eigenvalue of -1e-17.
    const lambda = Math.max(0, pca.eigenvalues[i]);
    const step = sigma * stream.normal() * (scale === 'sqrt' ? Math.sqrt(lambda) : lambda);
    for (const c of [0, 1, 2] as const) shift[c] += step * pca.eigenvectors[c][i];
  }
  return shift;
}
