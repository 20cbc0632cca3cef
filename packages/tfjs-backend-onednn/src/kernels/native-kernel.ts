import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';

export { smallest, smallestExact, smallestMoved, smallestShared } from '../shapes/smallest.js';

/** The result of a kernel, or undefined if it leaves the work to tfjs's cpu kernel. */
export type KernelResult = TensorInfo | TensorInfo[] | undefined;

/** Input tensors by name. */
export type Inputs<Names extends string> = Record<Names, TensorInfo>;

/** A tfjs kernel on oneDNN. */
export interface NativeKernel {
  kernelName: string;
  run(inputs: unknown, attributes: unknown, backend: OneDnnBackend): KernelResult;
}

/** Types the inputs and attributes of a kernel's function, which tfjs itself passes untyped. */
export function nativeKernel<In, Attributes = object>(
  kernelName: string,
  run: (inputs: In, attributes: Attributes, backend: OneDnnBackend) => KernelResult,
): NativeKernel {
  return {
    kernelName,
    run: (inputs, attributes, backend) => run(inputs as In, attributes as Attributes, backend),
  };
}

/**
 * True if a tensor has that shape. A kernel plan reads as much memory as its own shapes say, so this must be
 * checked.
 */
export function hasShape(tensor: TensorInfo, shape: number[]): boolean {
  return util.arraysEqual(tensor.shape, shape);
}

/** True if a bias has one value for each channel of the last dimension, rather than one for each row. */
export function isBiasOf(bias: TensorInfo, channels: number): boolean {
  return bias.shape.at(-1) === channels && util.sizeFromShape(bias.shape) === channels;
}

/** True if every tensor holds float32 values. */
export function allFloat32(...tensors: (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === 'float32');
}
