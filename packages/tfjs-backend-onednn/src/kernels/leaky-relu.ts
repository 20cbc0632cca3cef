import { LeakyRelu, type LeakyReluAttrs, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** x where x >= 0, alpha x elsewhere; NaN stays NaN, unlike in oneDNN's relu. */
export const leakyRelu: NativeKernel = nativeKernel<Inputs<'x'>, LeakyReluAttrs>(
  LeakyRelu,
  ({ x }, { alpha }, backend) => {
    if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestExact) return undefined;
    return backend.compute(x.shape, (_, y) => {
      const values = floatValues(backend, x);
      const slope = Float64Array.of(1, alpha);
      for (let i = 0; i < y.length; i++) {
        const v = values[i] as number;
        y[i] = v * (slope[+(v < 0)] as number);
      }
    });
  },
);
