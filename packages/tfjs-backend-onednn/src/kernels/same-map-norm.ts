import { util } from '@tensorflow/tfjs-core';
import { inCache, normalize } from '../plans/divisive-normalization.js';
import { type ImageShape, type SameMapNormalization, sumsInMap } from '../plans/same-map-normalization.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/**
 * The name of the kernel, with inputs {x} and attributes {size, bias, alpha, beta}; it is specific to this
 * package.
 */
export const SameMapNorm = 'SameMapNorm';

/** Attributes of SameMapNorm and SameMapNormGrad. */
export type SameMapNormAttrs = SameMapNormalization;

/**
 * Normalization within each map, as in the network that won ILSVRC-2012:
 *
 *   y = x / (bias + alpha * sum of x^2)^beta,
 *
 * where the sum is over the size x size window around the pixel in the same channel, with zeros outside the
 * image. An even window reaches one pixel further up and left. x is float32 [N, H, W, C].
 */
export const sameMapNorm: NativeKernel = nativeKernel<Inputs<'x'>, SameMapNormAttrs>(
  SameMapNorm,
  ({ x }, attributes, backend) => {
    const [batch, ...image] = checkSameMapNorm(SameMapNorm, x, attributes);
    return backend.compute(x.shape, (y) => {
      if (util.sizeFromShape(x.shape) === 0) return;
      const xAt = backend.address(x);
      inCache(batch, util.sizeFromShape(image) * 4, (count, start) => {
        const sums = sumsInMap([count, ...image], attributes.size);
        normalize(backend, sums, attributes, { x: xAt + start, y: y + start });
      });
    });
  },
);

/** @throws TypeError or RangeError unless x is a float32 batch of images and the attributes are valid. */
export function checkSameMapNorm(
  kernel: string,
  x: { dtype: string; shape: number[] },
  { size, bias, alpha }: SameMapNormAttrs,
): ImageShape {
  if (!allFloat32(x as never)) throw new TypeError(`x must be float32 (${kernel}), got ${x.dtype}.`);
  const [batch, height, width, channels] = x.shape;
  if (x.shape.length !== 4 || [batch, height, width, channels].includes(undefined)) {
    throw new RangeError(`x must have rank 4 (${kernel}), got shape [${x.shape}].`);
  }
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`size must be a whole number >= 1 (${kernel}), got ${size}.`);
  }
  if (!(bias > 0)) throw new RangeError(`bias must be a number > 0 (${kernel}), got ${bias}.`);
  if (!(alpha >= 0)) throw new RangeError(`alpha must be a number >= 0 (${kernel}), got ${alpha}.`);
  return [batch ?? 0, height ?? 0, width ?? 0, channels ?? 0];
}
