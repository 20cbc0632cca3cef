import {
  All,
  Any,
  ArgMax,
  ArgMin,
  backend_util,
  type DataType,
  Max,
  Mean,
  Min,
  Sum,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { Aten, NativeType } from '../native/aten.js';
import { type Argument, float, some, type TorchTensor } from '../native/torch-tensor.js';
import { allFloat32, type Inputs, isEmpty, type NativeKernel, nativeKernel } from './native-kernel.js';

interface ReductionAttributes {
  axis?: number | number[];
  /** Max's name for `axis`. */
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

type Operation = (aten: Aten, x: TorchTensor, axes: number[], dtype: NativeType) => TorchTensor;

/** A kernel that combines the values along some axes; the axes of a scalar are none. */
function reduction(kernelName: string, operation: Operation, types: readonly DataType[]): NativeKernel {
  return nativeKernel<Inputs<'x'>, ReductionAttributes>(
    kernelName,
    ({ x }, { axis, reductionIndices = axis, keepDims }, backend) => {
      const axes = axesOf(x, reductionIndices);
      if (!types.includes(x.dtype) || !axes || isEmpty(x)) return undefined;
      const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const shape = keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape;
      const dtype = x.dtype as NativeType;
      return backend.compute(shape, dtype, (aten) => operation(aten, backend.tensor(x), axes, dtype));
    },
  );
}

/** PyTorch takes an empty list as all axes, tfjs as none. */
function axesOf(x: TensorInfo, axis: number | number[] | undefined): number[] | undefined {
  const axes = util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape);
  return axes.length === 0 && x.shape.length > 0 ? undefined : axes;
}

/** The index of the first extreme value along one axis; NaN counts as `least`, so that it is not found. */
function indexOfExtreme(kernelName: string, operator: string, least: number): NativeKernel {
  return nativeKernel<Inputs<'x'>, { axis: number }>(kernelName, ({ x }, { axis }, backend) => {
    const [along, ...others] = util.parseAxisParam(axis, x.shape);
    if (!allFloat32(x) || along === undefined || others.length > 0 || isEmpty(x)) return undefined;
    const shape = x.shape.filter((_, i) => i !== along);
    return backend.compute(shape, 'int32', (aten) => {
      const [nan, high, low] = [least, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((v) =>
        some(float(v)),
      );
      const numbers = aten.one('nan_to_num', [backend.tensor(x), nan ?? null, high ?? null, low ?? null]);
      return aten.to(aten.one(operator, [numbers, some(along), false]), 'int32');
    });
  });
}

const sum: Operation = (aten, x, axes, dtype) =>
  aten.one('sum.dim_IntList', [x, some(axes), false, some(aten.dtypeOf(dtype))]);
const mean: Operation = (aten, x, axes) => aten.one('mean.dim', [x, some(axes), false, null]);
const along =
  (operator: string, asOption = false): Operation =>
  (aten, x, axes) => {
    const dimensions: Argument = asOption ? some(axes) : axes;
    return aten.one(operator, [x, dimensions, false]);
  };

export const reductionKernels: readonly NativeKernel[] = [
  reduction(Sum, sum, ['float32', 'int32']),
  reduction(Mean, mean, ['float32']),
  reduction(Max, along('amax'), ['float32', 'int32']),
  reduction(Min, along('amin'), ['float32', 'int32']),
  reduction(All, along('all.dims', true), ['bool']),
  reduction(Any, along('any.dims', true), ['bool']),
  indexOfExtreme(ArgMax, 'argmax', Number.NEGATIVE_INFINITY),
  indexOfExtreme(ArgMin, 'argmin', Number.POSITIVE_INFINITY),
];
