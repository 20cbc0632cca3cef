import { Transpose, type TransposeAttrs, util } from '@tensorflow/tfjs-core';
import { denseStrides } from '../native/native-engine.js';
import { copyStrided, maximumRank } from '../plans/strided-copy.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestMoved } from './native-kernel.js';

/** Reorders the dimensions. */
export const transpose: NativeKernel = nativeKernel<Inputs<'x'>, TransposeAttrs>(
  Transpose,
  ({ x }, { perm }, backend) => {
    if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestMoved || x.shape.length > maximumRank) {
      return undefined;
    }
    const strides = denseStrides(x.shape);
    const dims = perm.map((axis) => x.shape[axis] ?? 1);
    const from = perm.map((axis) => strides[axis] ?? 0);
    return backend.compute(dims, (y) =>
      copyStrided(backend, { dims, from, to: denseStrides(dims) }, backend.address(x), y),
    );
  },
);
