import { Step, type StepAttrs, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** 1 where x > 0, alpha elsewhere; NaN stays NaN. */
export const step: NativeKernel = nativeKernel<Inputs<'x'>, StepAttrs>(Step, ({ x }, { alpha }, backend) => {
  if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestExact) return undefined;
  return backend.compute(x.shape, (_, y) => {
    const values = floatValues(backend, x);
    const choice = Float64Array.of(alpha, 1, Number.NaN);
    for (let i = 0; i < y.length; i++) {
      const v = values[i] as number;
      y[i] = choice[+(v > 0) | (2 * +Number.isNaN(v))] as number;
    }
  });
});
