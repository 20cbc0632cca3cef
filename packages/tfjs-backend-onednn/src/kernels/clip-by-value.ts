import { ClipByValue, type ClipByValueAttrs, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** x clipped to two bounds; NaN stays NaN. */
export const clipByValue: NativeKernel = nativeKernel<Inputs<'x'>, ClipByValueAttrs>(
  ClipByValue,
  ({ x }, { clipValueMin, clipValueMax }, backend) => {
    if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestExact) return undefined;
    return backend.compute(x.shape, (_, y) => {
      const values = floatValues(backend, x);
      const choice = Float64Array.of(0, clipValueMin, clipValueMax, clipValueMax);
      for (let i = 0; i < y.length; i++) {
        const v = values[i] as number;
        choice[0] = v;
        y[i] = choice[+(v < clipValueMin) | (2 * +(v > clipValueMax))] as number;
      }
    });
  },
);
