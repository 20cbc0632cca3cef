import { Relu6, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** min(max(x, 0), 6); NaN stays NaN. */
export const relu6: NativeKernel = nativeKernel<Inputs<'x'>>(Relu6, ({ x }, _, backend) => {
  if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestExact) return undefined;
  return backend.compute(x.shape, (__, y) => {
    const values = floatValues(backend, x);
    const choice = Float64Array.of(0, 0, 6);
    for (let i = 0; i < y.length; i++) {
      const v = values[i] as number;
      choice[0] = v;
      y[i] = choice[+(v < 0) | (2 * +(v > 6))] as number;
    }
  });
});
