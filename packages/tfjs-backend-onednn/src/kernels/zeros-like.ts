import { util, ZerosLike } from '@tensorflow/tfjs-core';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallest } from './native-kernel.js';

/** Zeros in native memory. */
export const zerosLike: NativeKernel = nativeKernel<Inputs<'x'>>(ZerosLike, ({ x }, _, backend) => {
  if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallest) return undefined;
  return backend.compute(x.shape, (__, y) => y.fill(0));
});
