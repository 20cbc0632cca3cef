import { LRN, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { deferNormalization } from '../fusions/defer-normalization.js';
import type { LrnAttributes } from '../plans/response-normalization.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/**
 * Local response normalization over channels; under a gradient tape it keeps the workspace of its gradient.
 */
export const lrn: NativeKernel = nativeKernel<Inputs<'x'>, LrnAttributes>(
  LRN,
  ({ x }, attributes, backend) => {
    if (!allFloat32(x) || !isNativeNormalization(x, attributes)) return undefined;
    return deferNormalization(backend, x, attributes);
  },
);

/** True if the denominator is positive for every x; it is computed by logarithms. */
export function isNativeNormalization(x: TensorInfo, { bias, alpha }: LrnAttributes): boolean {
  return bias > 0 && alpha >= 0 && util.sizeFromShape(x.shape) > 0;
}
