import { engine, type Tensor } from '@tensorflow/tfjs-core';
import { defaultEpsilon } from '../kernels/fused-batch-norm.js';
import { batchNormGradGeometry, FusedBatchNormGrad } from '../kernels/fused-batch-norm-grad.js';
import { type FasterGradient, hasKernel } from './faster-gradient.js';

/**
 * FusedBatchNorm's five gradients from one kernel, instead of tfjs's twenty or so operations on arrays of x's
 * size.
 */
export const batchNormGradient: FasterGradient = (dy, saved, attributes) => {
  const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor | undefined];
  const inputs = { dy, x, mean, variance, ...(scale ? { scale } : {}) };
  if (!hasKernel(FusedBatchNormGrad) || !batchNormGradGeometry(inputs)) return undefined;
  const varianceEpsilon = (attributes.varianceEpsilon as number | undefined) ?? defaultEpsilon;
  const all = engine().runKernel(FusedBatchNormGrad, inputs, { varianceEpsilon }) as Tensor[];
  const [dx, dmean, dvariance, dscale, doffset] = all as [Tensor, Tensor, Tensor, Tensor, Tensor];
  return {
    x: () => dx,
    mean: () => dmean,
    variance: () => dvariance,
    scale: () => dscale,
    offset: () => doffset,
  };
};
