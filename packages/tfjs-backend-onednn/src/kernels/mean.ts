import { Mean, type MeanAttrs } from '@tensorflow/tfjs-core';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';
import { reduceBySum, splitReduction, sumInDouble } from './reduction.js';

/** The mean over any axes; leading or trailing axes run on oneDNN. */
export const mean: NativeKernel = nativeKernel<Inputs<'x'>, MeanAttrs>(
  Mean,
  ({ x }, { axis, keepDims }, backend) => {
    const reduction = allFloat32(x) ? splitReduction(x.shape, axis, keepDims) : undefined;
    return reduction
      ? reduceBySum(backend, x, reduction, 1 / reduction.count)
      : sumInDouble(backend, x, axis, keepDims, (count) => 1 / count);
  },
);
