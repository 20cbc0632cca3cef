import type { MemoryDescriptor } from '../library/c-api.js';
import type { BatchNormalization, Convolution, Window } from './operations.js';

/** `dnnl_dims_t`: an array of 64-bit integers. */
export function int64(values: readonly number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}

/** The strides, dilations and both paddings of a window, in the order of oneDNN's parameters. */
export function windowDims(
  w: Window,
): [strides: BigInt64Array, dilates: BigInt64Array, padBefore: BigInt64Array, padAfter: BigInt64Array] {
  return [int64(w.strides), int64(w.dilates), int64(w.padBefore), int64(w.padAfter)];
}

/** The memory descriptors of a convolution. */
export function convolutionMemory({ x, filter, bias, y }: Convolution): {
  x: MemoryDescriptor;
  filter: MemoryDescriptor;
  bias: MemoryDescriptor | null;
  y: MemoryDescriptor;
} {
  return { x: x.memory, filter: filter.memory, bias: bias?.memory ?? null, y: y.memory };
}

/** `dnnl_normalization_flags_t`, whose values depend on the version. */
export function normalizationFlags(
  { scale, shift, training }: BatchNormalization,
  values: { globalStatistics: number; scale: number; shift: number },
): number {
  return (training ? 0 : values.globalStatistics) | (scale ? values.scale : 0) | (shift ? values.shift : 0);
}
