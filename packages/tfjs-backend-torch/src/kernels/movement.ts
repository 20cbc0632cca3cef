import {
  backend_util,
  Cast,
  type CastAttrs,
  Concat,
  type ConcatAttrs,
  Fill,
  type FillAttrs,
  OnesLike,
  Pack,
  type PackAttrs,
  PadV2,
  type PadV2Attrs,
  Select,
  Slice,
  type SliceAttrs,
  SplitV,
  type SplitVAttrs,
  slice_util,
  type Tensor,
  type TensorInfo,
  Tile,
  type TileAttrs,
  Transpose,
  type TransposeAttrs,
  util,
  ZerosLike,
} from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';
import type { NativeType } from '../native/aten.js';
import type { TorchTensor } from '../native/torch-tensor.js';
import { isNative } from '../native-data.js';
import { copyOf } from '../operations/layouts.js';
import { hasShape, type Inputs, isEmpty, type NativeKernel, nativeKernel } from './native-kernel.js';

const concat: NativeKernel = nativeKernel<TensorInfo[], ConcatAttrs>(Concat, (inputs, { axis }, backend) => {
  const tensors = inputs.filter((x) => !isEmpty(x));
  const [first] = tensors;
  if (!first || !isNative(first.dtype) || tensors.some((x) => x.dtype !== first.dtype)) return undefined;
  const along = util.parseAxisParam(axis, first.shape)[0] ?? 0;
  const shapes = inputs.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, along);
  const shape = backend_util.computeOutShape(shapes, along);
  return backend.compute(shape, first.dtype, (aten) => {
    const parts = tensors.map((x) => backend.tensor(x));
    const [only, ...others] = parts;
    return only && others.length === 0 ? copyOf(aten, only) : aten.one('cat', [parts, along]);
  });
});

/** Tensors of one shape along a new axis. */
const pack: NativeKernel = nativeKernel<TensorInfo[], PackAttrs>(Pack, (inputs, { axis }, backend) => {
  const [first] = inputs;
  if (!first || !isNative(first.dtype) || inputs.some((x) => x.dtype !== first.dtype)) return undefined;
  if (inputs.some((x) => !hasShape(x, first.shape))) return undefined;
  const shape = [...first.shape];
  shape.splice(axis < 0 ? axis + first.shape.length + 1 : axis, 0, inputs.length);
  return backend.compute(shape, first.dtype, (aten) =>
    aten.one('stack', [inputs.map((x) => backend.tensor(x)), axis]),
  );
});

const slice: NativeKernel = nativeKernel<Inputs<'x'>, SliceAttrs>(
  Slice,
  ({ x }, { begin, size }, backend) => {
    if (!isNative(x.dtype)) return undefined;
    const [start = [], length = []] = slice_util.parseSliceParams(x as Tensor, begin, size);
    slice_util.assertParamsValid(x as Tensor, start, length);
    return cut(backend, x, start, length);
  },
);

const splitV: NativeKernel = nativeKernel<Inputs<'x'>, SplitVAttrs>(
  SplitV,
  ({ x }, { numOrSizeSplits, axis }, backend) => {
    const along = util.parseAxisParam(axis, x.shape)[0] ?? 0;
    if (!isNative(x.dtype)) return undefined;
    const sizes = backend_util.prepareSplitSize(x as Tensor, numOrSizeSplits, along);
    let from = 0;
    return sizes.map((size) => {
      const begin = x.shape.map((_, i) => (i === along ? from : 0));
      const length = x.shape.map((whole, i) => (i === along ? size : whole));
      from += size;
      return cut(backend, x, begin, length);
    });
  },
);

function cut(backend: TorchBackend, x: TensorInfo, begin: number[], length: number[]): TensorInfo {
  return backend.compute(length, x.dtype as NativeType, (aten) => {
    const part = length.reduce<TorchTensor>(
      (rest, size, i) => (size === x.shape[i] ? rest : aten.one('narrow', [rest, i, begin[i] ?? 0, size])),
      backend.tensor(x),
    );
    return copyOf(aten, part);
  });
}

const padV2: NativeKernel = nativeKernel<Inputs<'x'>, PadV2Attrs>(
  PadV2,
  ({ x }, { paddings, constantValue }, backend) => {
    if ((x.dtype !== 'float32' && x.dtype !== 'int32') || x.shape.length === 0) return undefined;
    const shape = x.shape.map((size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    const amounts = [...paddings].reverse().flat();
    return backend.compute(shape, x.dtype, (aten) => aten.pad(backend.tensor(x), amounts, constantValue));
  },
);

const transpose: NativeKernel = nativeKernel<Inputs<'x'>, TransposeAttrs>(
  Transpose,
  ({ x }, { perm }, backend) => {
    if (!isNative(x.dtype)) return undefined;
    const shape = perm.map((i) => x.shape[i] ?? 1);
    return backend.compute(shape, x.dtype, (aten) =>
      copyOf(aten, aten.one('permute', [backend.tensor(x), perm])),
    );
  },
);

const tile: NativeKernel = nativeKernel<Inputs<'x'>, TileAttrs>(Tile, ({ x }, { reps }, backend) => {
  if (!isNative(x.dtype) || reps.length !== x.shape.length) return undefined;
  const shape = x.shape.map((size, i) => size * (reps[i] ?? 1));
  return backend.compute(shape, x.dtype, (aten) => aten.one('repeat', [backend.tensor(x), reps]));
});

/** Values of t or e by a condition, which has their shape or one value for each of their first dimension. */
const select: NativeKernel = nativeKernel<Inputs<'condition' | 't' | 'e'>>(
  Select,
  ({ condition, t, e }, _, backend) => {
    if (condition.dtype !== 'bool' || !isNative(t.dtype) || t.dtype !== e.dtype) return undefined;
    if (!hasShape(e, t.shape)) return undefined;
    const rows = condition.shape.length === 1 && condition.shape[0] === t.shape[0];
    if (!rows && !hasShape(condition, t.shape)) return undefined;
    const shape = rows ? [condition.shape[0] ?? 0, ...t.shape.slice(1).map(() => 1)] : condition.shape;
    return backend.compute(t.shape, t.dtype, (aten) =>
      aten.one('where.self', [backend.tensor({ ...condition, shape }), backend.tensor(t), backend.tensor(e)]),
    );
  },
);

/** A cast to another type. A cast to its own type shares the values. */
const cast: NativeKernel = nativeKernel<Inputs<'x'>, CastAttrs>(Cast, ({ x }, { dtype }, backend) => {
  if (!isNative(x.dtype) || !isNative(dtype)) return undefined;
  if (x.dtype === dtype) {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype };
  }
  return backend.compute(x.shape, dtype, (aten) => aten.to(backend.tensor(x), dtype));
});

const fill: NativeKernel = nativeKernel<object, FillAttrs>(Fill, (_, { shape, value, dtype }, backend) => {
  const type = dtype ?? 'float32';
  if (typeof value !== 'number' || !isNative(type)) return undefined;
  return backend.compute(shape, type, (aten) => aten.full(shape, value, type));
});

function like(kernelName: string, value: number): NativeKernel {
  return nativeKernel<Inputs<'x'>>(kernelName, ({ x }, _, backend) => {
    const { shape, dtype } = x;
    return isNative(dtype)
      ? backend.compute(shape, dtype, (aten) => aten.full(shape, value, dtype))
      : undefined;
  });
}

export const movementKernels: readonly NativeKernel[] = [
  cast,
  concat,
  fill,
  like(OnesLike, 1),
  pack,
  padV2,
  select,
  slice,
  splitV,
  tile,
  transpose,
  like(ZerosLike, 0),
];
