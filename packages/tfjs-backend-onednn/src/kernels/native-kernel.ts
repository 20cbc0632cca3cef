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
 * With fewer values than this, tfjs's kernel computes functions and products, in tfjs's own precision. Tests set
 * ALEXNET_ONEDNN_SMALLEST=1 so that small tensors use the native kernels too; empty tensors never do.
 */
export const smallest: number = smallestFrom(process.env.ALEXNET_ONEDNN_SMALLEST ?? '4096');

/**
 * The same for results that are exact, value by value: tfjs's kernel adds 512 values in 33 us and 128 in 10, the
 * native one in 11 and 18.
 */
export const smallestExact: number = Math.min(smallest, 512);

/**
 * The same for values that are moved or reduced across rows, where tfjs's kernel computes each value's position.
 * For 64 and 1024 values it cuts in 36 and 877 us, native in 20 and 10, and transposes in 13 and 114, native in
 * 10 and 17 (one core of a Xeon).
 */
export const smallestMoved: number = Math.min(smallest, 64);

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
