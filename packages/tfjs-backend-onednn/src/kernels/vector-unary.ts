import {
  ClipByValue,
  type ClipByValueAttrs,
  LeakyRelu,
  type LeakyReluAttrs,
  Neg,
  Relu6,
  Sqrt,
  Square,
  Step,
  type StepAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { floatValues } from '../loops/float-values.js';
import type { ElementwiseFunction } from '../native/operations.js';
import { applyElementwise } from '../plans/elementwise.js';
import { type UnaryName, vectorLoops } from '../vector/vector-loops.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestShared } from './native-kernel.js';

/** Functions of one value that are exact, as vector loops. NaN stays NaN. */
export const vectorUnaryKernels: NativeKernel[] = [
  ...(['Abs', 'Ceil', 'Floor', 'Reciprocal', 'Rsqrt', 'Sign'] as const).map((name) =>
    unaryKernel(name, (x, backend) => unary(backend, name, x)),
  ),
  unaryKernel(Relu6, (x, backend) => unary(backend, 'ClipByValue', x, 0, 6)),
  unaryKernel<ClipByValueAttrs>(ClipByValue, (x, backend, { clipValueMin, clipValueMax }) =>
    unary(backend, 'ClipByValue', x, clipValueMin, clipValueMax),
  ),
  unaryKernel<LeakyReluAttrs>(LeakyRelu, (x, backend, { alpha }) => unary(backend, 'LeakyRelu', x, alpha)),
  unaryKernel<StepAttrs>(Step, (x, backend, { alpha }) => unary(backend, 'Step', x, alpha)),
  shared(Neg, 'Neg', { kind: 'linear', alpha: -1 }),
  shared(Sqrt, 'Sqrt', { kind: 'sqrt' }),
  shared(Square, 'Square', { kind: 'square' }),
];

/** y = f(x) as a vector loop, with f's parameters. */
export function unary(backend: OneDnnBackend, name: UnaryName, x: TensorInfo, p = 0, q = 0): TensorInfo {
  const values = floatValues(backend, x);
  return backend.compute(x.shape, (_, y) => vectorLoops().unary(name, values, y, p, q));
}

/** A function that oneDNN computes of many values, with all threads. */
function shared(kernelName: string, name: UnaryName, f: ElementwiseFunction): NativeKernel {
  return unaryKernel(kernelName, (x, backend) => {
    const length = util.sizeFromShape(x.shape);
    if (length < smallestShared) return unary(backend, name, x);
    return backend.compute(x.shape, (y) => applyElementwise(backend, f, length, backend.address(x), y));
  });
}

function unaryKernel<Attributes = object>(
  kernelName: string,
  run: (x: TensorInfo, backend: OneDnnBackend, attributes: Attributes) => TensorInfo,
): NativeKernel {
  return nativeKernel<Inputs<'x'>, Attributes>(kernelName, ({ x }, attributes, backend) => {
    if (!allFloat32(x) || util.sizeFromShape(x.shape) === 0) return undefined;
    return run(x, backend, attributes);
  });
}
