import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';

/** The result of a kernel, or undefined if it leaves the work to tfjs's cpu kernel. */
export type KernelResult = TensorInfo | TensorInfo[] | undefined;

/** Input tensors by name. */
export type Inputs<Names extends string> = Record<Names, TensorInfo>;

/** A tfjs kernel on PyTorch. */
export interface NativeKernel {
  kernelName: string;
  run(inputs: unknown, attributes: unknown, backend: TorchBackend): KernelResult;
}

/** Types the inputs and attributes of a kernel's function, which tfjs itself passes untyped. */
export function nativeKernel<In, Attributes = object>(
  kernelName: string,
  run: (inputs: In, attributes: Attributes, backend: TorchBackend) => KernelResult,
): NativeKernel {
  return {
    kernelName,
    run: (inputs, attributes, backend) => run(inputs as In, attributes as Attributes, backend),
  };
}

/** True if every tensor has that type. */
export function allOf(dtype: DataType, ...tensors: (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === dtype);
}

/** True if every tensor holds float32 values. */
export function allFloat32(...tensors: (TensorInfo | undefined)[]): boolean {
  return allOf('float32', ...tensors);
}

/** True if a tensor has that shape. */
export function hasShape(tensor: TensorInfo, shape: number[]): boolean {
  return util.arraysEqual(tensor.shape, shape);
}

/** True if a tensor has no values. */
export function isEmpty({ shape }: TensorInfo): boolean {
  return util.sizeFromShape(shape) === 0;
}
