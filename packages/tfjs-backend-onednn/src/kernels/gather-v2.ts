import { backend_util, GatherV2, type GatherV2Attrs, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** Slices of x by their indices along an axis; model.fit shuffles with this kernel. */
export const gatherV2: NativeKernel = nativeKernel<Inputs<'x' | 'indices'>, GatherV2Attrs>(
  GatherV2,
  ({ x, indices }, { axis, batchDims }, backend) => {
    if (!allFloat32(x) || util.sizeFromShape(indices.shape) === 0) return undefined;
    const [along = 0] = util.parseAxisParam(axis, x.shape);
    const info = backend_util.segment_util.collectGatherOpShapeInfo(
      x as never,
      indices as never,
      along,
      batchDims ?? 0,
    );
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
    if (util.sizeFromShape(outputShape) < smallestExact || sliceSize < 16) return undefined;
    const chosen = backend.data.get(indices.dataId).values as ArrayLike<number>;
    checkIndices(chosen, x.shape[along] ?? 0);
    const count = chosen.length / batchSize;
    return backend.compute(outputShape, (_, y) => {
      const values = floatValues(backend, x);
      let to = 0;
      for (let block = 0; block < batchSize * outerSize; block++) {
        const first = Math.floor(block / outerSize) * count;
        for (let i = first; i < first + count; i++, to += sliceSize) {
          const from = (block * dimSize + (chosen[i] as number)) * sliceSize;
          y.set(values.subarray(from, from + sliceSize), to);
        }
      }
    });
  },
);

/** The same check as in tfjs, with the same message. */
function checkIndices(indices: ArrayLike<number>, size: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    util.assert(
      index >= 0 && index < size,
      () => `GatherV2: the index value ${index} is not in [0, ${size - 1}]`,
    );
  }
}
