import { Sum, type SumAttrs } from '@tensorflow/tfjs-core';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';
import { type Reduction, reduceBySum, splitReduction } from './reduction.js';

/** The sum over leading axes (the gradient of a bias) or over trailing ones. */
export const sum: NativeKernel = nativeKernel<Inputs<'x'>, SumAttrs>(
  Sum,
  ({ x }, { axis, keepDims }, backend) => {
    const reduction: Reduction | undefined = allFloat32(x)
      ? splitReduction(x.shape, axis, keepDims)
      : undefined;
    return reduction && reduceBySum(backend, x, reduction, 1);
  },
);
