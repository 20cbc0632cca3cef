import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';

/**
 * The values of a float32 tensor, without a copy if they are in a Float32Array, as they nearly always are.
 */
export function floatValues(backend: OneDnnBackend, tensor: TensorInfo): Float32Array {
  const { values } = backend.data.get(tensor.dataId);
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}

/** The same memory as 32-bit patterns, for choosing between values without a branch. */
export function bits(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}
