import { util } from '@tensorflow/tfjs-core';
import { inCache, normalizeBack } from '../plans/divisive-normalization.js';
import { sumsInMap } from '../plans/same-map-normalization.js';
import { type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';
import { checkSameMapNorm, type SameMapNormAttrs } from './same-map-norm.js';

/**
 * The name of the kernel, with inputs {x, dy} and SameMapNorm's attributes; it is specific to this package.
 */
export const SameMapNormGrad = 'SameMapNormGrad';

/**
 * The gradient of SameMapNorm. With s = bias + alpha * box(x^2):
 *
 *   dx = dy * s^-beta - 2 * alpha * beta * x * box'(dy * x * s^(-beta - 1)).
 */
export const sameMapNormGrad: NativeKernel = nativeKernel<Inputs<'x' | 'dy'>, SameMapNormAttrs>(
  SameMapNormGrad,
  ({ x, dy }, attributes, backend) => {
    const [batch, ...image] = checkSameMapNorm(SameMapNormGrad, x, attributes);
    if (!util.arraysEqual(dy.shape, x.shape) || dy.dtype !== 'float32') {
      throw new RangeError(
        `dy must be float32 [${x.shape}] (SameMapNormGrad), got ${dy.dtype} [${dy.shape}].`,
      );
    }
    return backend.compute(x.shape, (dx) => {
      if (util.sizeFromShape(x.shape) === 0) return;
      const [xAt, dyAt] = [backend.address(x), backend.address(dy)];
      inCache(batch, util.sizeFromShape(image) * 4, (count, start) => {
        const sums = sumsInMap([count, ...image], attributes.size);
        normalizeBack(backend, sums, attributes, { x: xAt + start, dy: dyAt + start, dx: dx + start });
      });
    });
  },
);
