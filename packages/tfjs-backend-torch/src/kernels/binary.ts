import {
  Add,
  AddN,
  broadcast_util,
  type DataType,
  Equal,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalOr,
  Maximum,
  Minimum,
  Multiply,
  NotEqual,
  Pow,
  RealDiv,
  SquaredDifference,
  Sub,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';
import type { Aten, NativeType } from '../native/aten.js';
import type { TorchTensor } from '../native/torch-tensor.js';
import { allOf, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

type Operation = (aten: Aten, a: TorchTensor, b: TorchTensor, dtype: DataType) => TorchTensor;

/** Kernels of two tensors of one type, whose shapes are broadcast. */
function binary(
  kernelName: string,
  operation: Operation,
  types: readonly DataType[] | ((aten: Aten) => readonly DataType[]),
  resultType?: NativeType,
): NativeKernel {
  return nativeKernel<Inputs<'a' | 'b'>>(kernelName, ({ a, b }, _, backend) => {
    const taken = typeof types === 'function' ? types(backend.aten) : types;
    if (!taken.includes(a.dtype) || a.dtype !== b.dtype) return undefined;
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return backend.compute(shape, resultType ?? (a.dtype as NativeType), (aten) =>
      operation(aten, operand(backend, a, b), operand(backend, b, a), a.dtype),
    );
  });
}

/** A single value that is still in JavaScript needs no trip to the device if the other tensor is there. */
function operand(backend: TorchBackend, tensor: TensorInfo, other: TensorInfo): TorchTensor {
  const value = tensor.shape.length === 0 && other.shape.length > 0 ? backend.knownScalar(tensor) : undefined;
  if (value === undefined) return backend.tensor(tensor);
  return backend.aten.scalar(value, tensor.dtype === 'int32' ? 'int32' : 'float32');
}

const named =
  (name: string): Operation =>
  (aten, a, b) =>
    aten.one(name, [a, b]);

/** a + factor * b. */
const sum =
  (factor: 1 | -1): Operation =>
  (aten, a, b, dtype) =>
    dtype === 'int32' ? aten.addInts(a, b, factor) : aten.add(a, b, factor);

const squaredDifference: Operation = (aten, a, b) => {
  const difference = aten.add(a, b, -1);
  return aten.one('mul.Tensor', [difference, difference]);
};

/** The sum of tensors of one shape. */
const addN: NativeKernel = nativeKernel<TensorInfo[]>(AddN, (inputs, _, backend) => {
  const [first] = inputs;
  if (!first || !allOf('float32', ...inputs) || !inputs.every((x) => hasShape(x, first.shape)))
    return undefined;
  if (inputs.length < 2) return undefined;
  return backend.compute(first.shape, 'float32', (aten) =>
    inputs.map((x) => backend.tensor(x)).reduce((sum, x) => aten.add(sum, x)),
  );
});

const floats = ['float32'] as const;
const numbers = ['float32', 'int32'] as const;
const all = ['float32', 'int32', 'bool'] as const;
const bools = ['bool'] as const;
/** Apple's GPUs have no float64, in which integers are added. */
const summed = ({ device }: Aten) => (device.kind === 'mps' ? floats : numbers);

export const binaryKernels: readonly NativeKernel[] = [
  addN,
  binary(Add, sum(1), summed),
  binary(Sub, sum(-1), summed),
  binary(Multiply, named('mul.Tensor'), numbers),
  binary(RealDiv, named('div.Tensor'), floats),
  binary(Maximum, named('maximum'), numbers),
  binary(Minimum, named('minimum'), numbers),
  binary(Pow, named('pow.Tensor_Tensor'), floats),
  binary(SquaredDifference, squaredDifference, floats),
  binary(Equal, named('eq.Tensor'), all, 'bool'),
  binary(NotEqual, named('ne.Tensor'), all, 'bool'),
  binary(Greater, named('gt.Tensor'), numbers, 'bool'),
  binary(GreaterEqual, named('ge.Tensor'), numbers, 'bool'),
  binary(Less, named('lt.Tensor'), numbers, 'bool'),
  binary(LessEqual, named('le.Tensor'), numbers, 'bool'),
  binary(LogicalAnd, named('logical_and'), bools, 'bool'),
  binary(LogicalOr, named('logical_or'), bools, 'bool'),
];
