import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';

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
 * With fewer values than this, tfjs's JavaScript is as fast as a native call. Tests set
 * ALEXNET_ONEDNN_SMALLEST=1 so that small tensors use the native kernels too; empty tensors never do.
 */
export const smallest: number = smallestFrom(process.env.ALEXNET_ONEDNN_SMALLEST ?? '4096');

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

function smallestFrom(text: string): number {
  const values = Number(text);
  if (Number.isInteger(values) && values >= 1) return values;
  throw new RangeError(`ALEXNET_ONEDNN_SMALLEST must be a whole number >= 1, got ${text}.`);
}
