import { AddN, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { weightedSum } from '../plans/elementwise.js';
import { allFloat32, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** The sum of tensors of one shape. */
export const addN: NativeKernel = nativeKernel<TensorInfo[]>(AddN, (inputs, _, backend) => {
  const tensors = Object.values(inputs);
  const [first] = tensors;
  const length = first ? util.sizeFromShape(first.shape) : 0;
  if (!first || tensors.length > 16 || length < smallestExact || !allFloat32(...tensors)) return undefined;
  return backend.compute(first.shape, (y) => {
    const ones = tensors.map(() => 1);
    weightedSum(
      backend,
      ones,
      length,
      tensors.map((tensor) => backend.address(tensor)),
      y,
    );
  });
});
