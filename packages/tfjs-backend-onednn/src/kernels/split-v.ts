import { backend_util, SplitV, type SplitVAttrs, util } from '@tensorflow/tfjs-core';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestMoved } from './native-kernel.js';
import { sliceBox } from './slice.js';

/** Cuts a tensor into parts along an axis. */
export const splitV: NativeKernel = nativeKernel<Inputs<'x'>, SplitVAttrs>(
  SplitV,
  ({ x }, { axis, numOrSizeSplits }, backend) => {
    const [along = 0] = util.parseAxisParam(axis, x.shape);
    const sizes = backend_util.prepareSplitSize(x as never, numOrSizeSplits, along);
    if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestMoved || sizes.some((size) => size < 1)) {
      return undefined;
    }
    const begin = x.shape.map(() => 0);
    return sizes.map((size) => {
      const shape = [...x.shape];
      shape[along] = size;
      const part = sliceBox(backend, x, begin, shape);
      begin[along] = (begin[along] ?? 0) + size;
      return part;
    });
  },
);
