import { Slice, type SliceAttrs, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { denseStrides } from '../native/native-engine.js';
import { copyStrided, maximumRank, offset } from '../plans/strided-copy.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestMoved } from './native-kernel.js';

/** Cuts a box out of a tensor, along any axes. */
export const slice: NativeKernel = nativeKernel<Inputs<'x'>, SliceAttrs>(
  Slice,
  ({ x }, attributes, backend) => {
    const [begin = [], size = []] = slice_util.parseSliceParams(
      x as never,
      attributes.begin,
      attributes.size,
    );
    slice_util.assertParamsValid(x as never, begin, size);
    const worthwhile = util.sizeFromShape(size) >= smallestMoved && x.shape.length <= maximumRank;
    return worthwhile && allFloat32(x) ? sliceBox(backend, x, begin, size) : undefined;
  },
);

/** Copies the box of shape `size` that begins at `begin`. */
export function sliceBox(
  backend: OneDnnBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: number[],
): TensorInfo {
  const from = denseStrides(x.shape);
  const start = begin.reduce((sum, index, i) => sum + index * (from[i] ?? 0), 0);
  return backend.compute(size, (y) =>
    copyStrided(backend, { dims: size, from, to: denseStrides(size) }, offset(backend.address(x), start), y),
  );
}
