import { util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { type UnaryLoop, unaryLoops } from '../loops/unary-loops.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/**
 * Functions of one value as loops over native memory, which are exact and several times faster than tfjs's
 * kernels.
 */
export const unaryLoopKernels: NativeKernel[] = Object.entries<UnaryLoop>(unaryLoops).map(
  ([kernelName, loop]) =>
    nativeKernel<Inputs<'x'>>(kernelName, ({ x }, _, backend) => {
      if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestExact) return undefined;
      return backend.compute(x.shape, (__, y) => loop(floatValues(backend, x), y));
    }),
);
