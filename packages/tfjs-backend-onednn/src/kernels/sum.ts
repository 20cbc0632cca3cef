import { Sum, type SumAttrs } from '@tensorflow/tfjs-core';
import { deferChannelSums } from '../fusions/defer-channel-sums.js';
import type { Reduction } from '../plans/matrix-sums.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';
import { reduceBySum, splitReduction, sumInDouble } from './reduction.js';

/** The sum over any axes; leading axes (the gradient of a bias) or trailing axes run on oneDNN. */
export const sum: NativeKernel = nativeKernel<Inputs<'x'>, SumAttrs>(
  Sum,
  ({ x }, { axis, keepDims }, backend) => {
    const reduction: Reduction | undefined = allFloat32(x)
      ? splitReduction(x.shape, axis, keepDims)
      : undefined;
    if (!reduction) return sumInDouble(backend, x, axis, keepDims, () => 1);
    return deferChannelSums(backend, x, reduction) ?? reduceBySum(backend, x, reduction, 1);
  },
);
