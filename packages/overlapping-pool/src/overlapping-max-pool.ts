import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link overlappingMaxPool}; the defaults are those of section 3.4. */
export interface OverlappingMaxPoolOptions {
  /** z: side of the pooled square. Default 3. */
  poolSize?: number;
  /** s: distance between neighbouring squares; they overlap when s < z. Default 2. */
  strides?: number;
  /** 'valid' pools whole squares only; 'same' also the cut ones at the right and bottom. Default 'valid'. */
  padding?: 'valid' | 'same';
}

/**
 * Max pooling over z x z squares that lie s apart: with s < z neighbours overlap.
 *
 *     y(i, j, c) = max over 0 <= u, v < z of x(i s + u, j s + v, c)
 *
 * @param x Activities `[N, H, W, C]`, float32.
 * @returns `[N, floor((H - z) / s) + 1, floor((W - z) / s) + 1, C]` for 'valid'; owned by the caller.
 * @throws RangeError if an option is out of range or the square is larger than the image.
 * @see Krizhevsky et al. 2012, sec. 3.4
 * @example
 * const y = overlappingMaxPool(x); // [N, 55, 55, 96] -> [N, 27, 27, 96]
 */
export function overlappingMaxPool(x: tf.Tensor4D, options: OverlappingMaxPoolOptions = {}): tf.Tensor4D {
  const { poolSize, strides, padding } = completePoolOptions(options);
  requireRoom(x.shape[1], x.shape[2], poolSize, padding);
  return tf.maxPool(x, poolSize, strides, padding);
}

/** Fills in the paper's z and s and checks the given options. */
export function completePoolOptions(options: OverlappingMaxPoolOptions): Required<OverlappingMaxPoolOptions> {
  const { poolSize = 3, strides = 2, padding = 'valid' } = options;
  for (const [name, value] of Object.entries({ poolSize, strides })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} must be a whole number >= 1 (overlappingMaxPool), got ${value}.`);
    }
  }
  if (padding !== 'valid' && padding !== 'same') {
    throw new RangeError(`padding must be 'valid' or 'same' (overlappingMaxPool), got ${String(padding)}.`);
  }
  return { poolSize, strides, padding };
}

/** @throws RangeError if a whole square does not fit into the image and must. */
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
