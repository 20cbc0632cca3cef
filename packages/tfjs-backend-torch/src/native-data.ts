import type { DataType } from '@tensorflow/tfjs-core';
import type { NativeType, NativeValues } from './native/aten.js';
import type { TorchTensor } from './native/torch-tensor.js';

/** What belongs to a tensor's data and is freed with it. */
export interface NativeData {
  /** The values, contiguous in tfjs's order. Absent while they are still an ordinary array. */
  tensor?: TorchTensor;
  bytes: number;
  /** The positions of the maxima that MaxPool found, for its gradient, and the pooling that they belong to. */
  maxima?: { key: string; positions: TorchTensor };
  /** The same values in other forms, by name. They are deleted when the values are changed in place. */
  forms?: Map<string, { tensor: TorchTensor; bytes: number }>;
}

/** True for types that PyTorch holds as they are; complex numbers and strings stay in JavaScript. */
export function isNative(dtype: DataType): dtype is NativeType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** Zeros. */
export function emptyValues(dtype: NativeType, length: number): NativeValues {
  if (dtype === 'float32') return new Float32Array(length);
  return dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length);
}

/** The values in the array type of `dtype`; tfjs's cpu kernels may store them in a plain array or another type. */
export function typed(values: ArrayLike<number>, dtype: NativeType): NativeValues {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Uint8Array ? values : Uint8Array.from(values, (value) => (value ? 1 : 0));
}
