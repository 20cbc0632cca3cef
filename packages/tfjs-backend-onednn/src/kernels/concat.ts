import { backend_util, Concat, type ConcatAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { copyStrided, offset } from '../plans/strided-copy.js';
import { allFloat32, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** Joins tensors along an axis by copying the rows of each tensor into its columns of the result. */
export const concat: NativeKernel = nativeKernel<TensorInfo[], ConcatAttrs>(
  Concat,
  (inputs, attributes, backend) => {
    const [axis = 0] = util.parseAxisParam(attributes.axis, inputs[0]?.shape ?? []);
    backend_util.assertParamsConsistent(
      Object.values(inputs).map(({ shape }) => shape),
      axis,
    );
    const tensors = Object.values(inputs).filter(({ shape }) => util.sizeFromShape(shape) > 0);
    const [first] = tensors;
    if (!first || !allFloat32(...tensors)) return undefined;
    const outShape = [...first.shape];
    outShape[axis] = tensors.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
    if (util.sizeFromShape(outShape) < smallestExact) return undefined;
    const rows = util.sizeFromShape(first.shape.slice(0, axis));
    const rowLength = util.sizeFromShape(outShape.slice(axis));
    return backend.compute(outShape, (y) => {
      let column = 0;
      for (const tensor of tensors) {
        const columns = util.sizeFromShape(tensor.shape.slice(axis));
        const copy = { dims: [rows, columns], from: [columns, 1], to: [rowLength, 1] };
        copyStrided(backend, copy, backend.address(tensor), offset(y, column));
        column += columns;
      }
    });
  },
);
