import { LRNGrad } from '@tensorflow/tfjs-core';
import { deferNormalizationGradient } from '../fusions/defer-normalization.js';
import type { LrnAttributes } from '../plans/response-normalization.js';
import { isNativeNormalization } from './lrn.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient of LRN, with the workspace that LRN kept or one that is computed again. */
export const lrnGrad: NativeKernel = nativeKernel<Inputs<'x' | 'y' | 'dy'>, LrnAttributes>(
  LRNGrad,
  ({ x, y, dy }, attributes, backend) => {
    if (!allFloat32(x, y, dy) || !isNativeNormalization(x, attributes)) return undefined;
    if (!hasShape(y, x.shape) || !hasShape(dy, x.shape)) return undefined;
    return deferNormalizationGradient(backend, { x, y, dy }, attributes);
  },
);
