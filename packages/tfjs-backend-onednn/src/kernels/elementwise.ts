import { Neg, Sqrt, Square, util } from '@tensorflow/tfjs-core';
import type { ElementwiseFunction } from '../native/operations.js';
import { applyElementwise } from '../plans/elementwise.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallest } from './native-kernel.js';

/**
 * The kernels that apply one of oneDNN's functions to every value.
 *
 * Exp and Log are not among them: oneDNN 2.6's exp(NaN) is Infinity and its log(1) is -1.4e-6. For the same reason
 * there is no native Softmax, Maximum or Minimum: oneDNN's lose NaN, and a run that has diverged must show it.
 */
export const elementwiseKernels: NativeKernel[] = [
  elementwise(Square, { kind: 'square' }),
  elementwise(Sqrt, { kind: 'sqrt' }),
  elementwise(Neg, { kind: 'linear', alpha: -1 }),
];

function elementwise(kernelName: string, f: ElementwiseFunction): NativeKernel {
  return nativeKernel<Inputs<'x'>>(kernelName, ({ x }, _, backend) => {
    const length = util.sizeFromShape(x.shape);
    if (!allFloat32(x) || length < smallest) return undefined;
    return backend.compute(x.shape, (y) => applyElementwise(backend, f, length, backend.address(x), y));
  });
}
