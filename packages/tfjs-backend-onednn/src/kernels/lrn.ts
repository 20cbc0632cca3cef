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

/**
 * True if oneDNN 2.6 computes the LRN correctly. Its vector code crashes for a window of one channel, and its
 * gradients are wrong for windows of more than five channels unless the number of channels is a multiple of
 * 16. It uses logarithms, so the denominator must be positive for every x.
 */
export function isNativeNormalization(x: TensorInfo, { depthRadius, bias, alpha }: LrnAttributes): boolean {
  const channels = x.shape[3] ?? 0;
  const safe = depthRadius === 1 || depthRadius === 2 || (depthRadius > 2 && channels % 16 === 0);
  return safe && bias > 0 && alpha >= 0 && util.sizeFromShape(x.shape) > 0;
}
