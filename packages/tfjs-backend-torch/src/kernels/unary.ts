import {
  Abs,
  Ceil,
  ClipByValue,
  type ClipByValueAttrs,
  Cos,
  Erf,
  Exp,
  Expm1,
  Floor,
  IsFinite,
  IsInf,
  IsNan,
  Log,
  Log1p,
  LogicalNot,
  Neg,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Sigmoid,
  Sin,
  Softmax,
  type SoftmaxAttrs,
  Sqrt,
  Square,
  Step,
  type StepAttrs,
  Tanh,
} from '@tensorflow/tfjs-core';
import type { NativeType } from '../native/aten.js';
import { clamp } from '../operations/activation.js';
import { allFloat32, allOf, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** A kernel that is one operator of PyTorch with the same name and meaning. */
function unary(
  kernelName: string,
  operator: string = kernelName.toLowerCase(),
  { type = 'float32', result = type }: { type?: NativeType; result?: NativeType } = {},
): NativeKernel {
  return nativeKernel<Inputs<'x'>>(kernelName, ({ x }, _, backend) =>
    allOf(type, x)
      ? backend.compute(x.shape, result, (aten) => aten.one(operator, [backend.tensor(x)]))
      : undefined,
  );
}

/** 1 where x > 0, alpha elsewhere; NaN stays NaN. */
const step: NativeKernel = nativeKernel<Inputs<'x'>, StepAttrs>(Step, ({ x }, { alpha }, backend) => {
  if (!allFloat32(x)) return undefined;
  return backend.compute(x.shape, 'float32', (aten) => {
    const values = backend.tensor(x);
    const isPositive = aten.one('gt.Tensor', [values, aten.scalar(0)]);
    const steps = aten.one('where.self', [isPositive, aten.scalar(1), aten.scalar(alpha)]);
    return aten.one('where.self', [aten.one('isnan', [values]), values, steps]);
  });
});

const relu6: NativeKernel = nativeKernel<Inputs<'x'>>(Relu6, ({ x }, _, backend) =>
  allFloat32(x)
    ? backend.compute(x.shape, 'float32', (aten) => clamp(aten, backend.tensor(x), 0, 6))
    : undefined,
);

const clipByValue: NativeKernel = nativeKernel<Inputs<'x'>, ClipByValueAttrs>(
  ClipByValue,
  ({ x }, { clipValueMin, clipValueMax }, backend) =>
    allFloat32(x)
      ? backend.compute(x.shape, 'float32', (aten) =>
          clamp(aten, backend.tensor(x), clipValueMin, clipValueMax),
        )
      : undefined,
);

const softmax: NativeKernel = nativeKernel<Inputs<'logits'>, SoftmaxAttrs>(
  Softmax,
  ({ logits }, { dim }, backend) =>
    allFloat32(logits)
      ? backend.compute(logits.shape, 'float32', (aten) =>
          aten.one('softmax.int', [backend.tensor(logits), dim, null]),
        )
      : undefined,
);

export const unaryKernels: readonly NativeKernel[] = [
  ...[Abs, Ceil, Cos, Erf, Exp, Expm1, Floor, Log, Log1p, Neg, Reciprocal, Relu, Round, Rsqrt].map((name) =>
    unary(name),
  ),
  ...[Sigmoid, Sin, Sqrt, Square, Tanh].map((name) => unary(name)),
  ...[IsFinite, IsInf, IsNan].map((name) => unary(name, name.toLowerCase(), { result: 'bool' })),
  unary(LogicalNot, 'logical_not', { type: 'bool' }),
  clipByValue,
  relu6,
  softmax,
  step,
];
