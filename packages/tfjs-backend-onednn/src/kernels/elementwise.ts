import { Elu, Sigmoid, Tanh, util } from '@tensorflow/tfjs-core';
import type { ElementwiseFunction } from '../native/operations.js';
import { applyElementwise } from '../plans/elementwise.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallest } from './native-kernel.js';

/**
 * The kernels that apply one of oneDNN's functions to every value.
 *
 * Exp, Log and Softplus are not among them, because in oneDNN 2.6 exp(NaN) is Infinity, log(1) is -1.4e-6 and
 * log(1 + e^-20) is negative: they are loops over native memory (unary-loop.ts). Softmax, Maximum, Minimum, ClipByValue
 * and Relu6 are not either, because oneDNN's versions lose NaN and a diverged run must be visible (vector-unary.ts,
 * vector-binary.ts).
 */
export const elementwiseKernels: NativeKernel[] = [
  elementwise(Elu, { kind: 'elu', alpha: 1 }),
  elementwise(Sigmoid, { kind: 'logistic' }),
  elementwise(Tanh, { kind: 'tanh' }),
];

function elementwise(kernelName: string, f: ElementwiseFunction): NativeKernel {
  return nativeKernel<Inputs<'x'>>(kernelName, ({ x }, _, backend) => {
    const length = util.sizeFromShape(x.shape);
    if (!allFloat32(x) || length < smallest) return undefined;
    return backend.compute(x.shape, (y) => applyElementwise(backend, f, length, backend.address(x), y));
  });
}
