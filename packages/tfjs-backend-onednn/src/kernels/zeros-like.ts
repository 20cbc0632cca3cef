import { util, ZerosLike } from '@tensorflow/tfjs-core';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** Zeros in native memory. */
export const zerosLike: NativeKernel = nativeKernel<Inputs<'x'>>(ZerosLike, ({ x }, _, backend) => {
  if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestExact) return undefined;
  return backend.compute(x.shape, (__, y) => y.fill(0));
});
