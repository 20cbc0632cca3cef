import { EluGrad, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** dx = dy where y >= 0, dy (y + 1) elsewhere. */
export const eluGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'y'>>(EluGrad, ({ dy, y }, _, backend) => {
  if (!allFloat32(dy, y) || util.sizeFromShape(y.shape) < smallestExact) return undefined;
  return backend.compute(y.shape, (__, dx) => {
    const [gradient, output] = [floatValues(backend, dy), floatValues(backend, y)];
    const choice = Float64Array.of(1, 0);
    for (let i = 0; i < dx.length; i++) {
      const v = output[i] as number;
      choice[1] = v + 1;
      dx[i] = (gradient[i] as number) * (choice[+!(v >= 0)] as number);
    }
  });
});
