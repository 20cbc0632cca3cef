import { requireKnownOptions, requireOneOf, requireTensor, requireWhole } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link overlappingMaxPool}; the defaults are from section 3.4. */
export interface OverlappingMaxPoolOptions {
  /** z: side of the pooled square. Default 3. */
  poolSize?: number;
  /** s: distance between neighboring squares; they overlap if s < z. Default 2. */
  strides?: number;
  /**
   * 'valid' pools whole squares only; 'same' also pools squares that the image's edge cuts. Default 'valid'.
   */
  padding?: 'valid' | 'same';
}

/**
 * Max pooling over z x z squares at a distance of s, which overlap if s < z.
 *
 *     y(i, j, c) = max over 0 <= u, v < z of x(i s + u, j s + v, c)
 *
 * @param x Activities `[N, H, W, C]`, float32.
 * @returns `[N, floor((H - z) / s) + 1, floor((W - z) / s) + 1, C]` for 'valid'; owned by the caller.
 * @throws TypeError if x is not such a tensor or an option is unknown; RangeError if an option is out of
 *   range or the square is larger than the image.
 * @see Krizhevsky et al. 2012, sec. 3.4
 * @example
 * const y = overlappingMaxPool(x); // [N, 55, 55, 96] -> [N, 27, 27, 96]
 */
export function overlappingMaxPool(x: tf.Tensor4D, options: OverlappingMaxPoolOptions = {}): tf.Tensor4D {
  requireTensor('x', x, { dtype: 'float32', axes: ['N', 'H', 'W', 'C'] }, 'overlappingMaxPool');
  requireKnownOptions(options, poolOptionNames, 'overlappingMaxPool');
  const { poolSize, strides, padding } = completePoolOptions(options);
  requireRoom(x.shape[1], x.shape[2], poolSize, padding);
  return tf.maxPool(x, poolSize, strides, padding);
}

export const poolOptionNames: readonly string[] = ['poolSize', 'strides', 'padding'];

/** Fills in the paper's z and s and checks the options that are given. */
export function completePoolOptions(options: OverlappingMaxPoolOptions): Required<OverlappingMaxPoolOptions> {
  const { poolSize = 3, strides = 2, padding = 'valid' } = options;
  requireWhole('poolSize', poolSize, 1, 'overlappingMaxPool');
  requireWhole('strides', strides, 1, 'overlappingMaxPool');
  requireOneOf('padding', padding, ['valid', 'same'], 'overlappingMaxPool');
  return { poolSize, strides, padding };
}

/** @throws RangeError if the padding is 'valid' and no whole square fits into the image. */
export function requireRoom(
  height: number,
  width: number,
  poolSize: number,
  padding: 'valid' | 'same',
): void {
  if (padding === 'valid' && Math.min(height, width) < poolSize) {
    throw new RangeError(
      `poolSize must be at most the image's side (overlappingMaxPool), got ${poolSize} for ${height} x ${width}.`,
    );
  }
}
