import {
  cast,
  type KernelConfig,
  matMul,
  oneHot,
  reshape,
  type Tensor,
  type Tensor1D,
  tidy,
  UnsortedSegmentSum,
} from '@tensorflow/tfjs-core';

/**
 * The gradient of an embedding uses this kernel. y(s) is the sum of the x(i) whose segment is s, computed as
 * a product with a one-hot matrix.
 */
export const unsortedSegmentSum: KernelConfig = {
  kernelName: UnsortedSegmentSum,
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, segmentIds } = inputs as { x: Tensor; segmentIds: Tensor1D };
    const { numSegments } = attrs as unknown as { numSegments: number };
    const [rows = 0, ...rest] = x.shape;
    return tidy(() => {
      const columns = rest.reduce((product, size) => product * size, 1);
      const values = reshape(cast(x, 'float32'), [rows, columns]);
      const members = cast(oneHot(segmentIds, numSegments), 'float32'); // [rows, numSegments]
      const sums = matMul(reshape(members, [rows, numSegments]), values, true, false);
      return cast(reshape(sums, [numSegments, ...rest]), x.dtype);
    });
  },
};
