import type * as tf from '@tensorflow/tfjs-core';
import { decodeFloats } from './decode-floats.js';

const bytesPerValue: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, complex64: 8 };
const bytesPerQuantized: Readonly<Record<string, number>> = { float16: 2, uint16: 2, uint8: 1 };

/** The bytes that a value of a tensor takes in a file of tfjs. @throws RangeError if its type is unknown. */
export function bytesPerTfjsValue({ name, dtype, quantization }: tf.io.WeightsManifestEntry): number {
  const sizes = quantization ? bytesPerQuantized : bytesPerValue;
  const type = quantization?.dtype ?? dtype;
  if (!Object.hasOwn(sizes, type)) {
    throw new RangeError(
      `the type of '${name}' must be one of ${Object.keys(sizes).join(', ')}, got ${String(type)}`,
    );
  }
  return sizes[type] as number;
}

/** The values of a float32 tensor: quantized = (value - min) / scale, rounded, where it is quantized. */
export function decodeTfjs(
  bytes: Uint8Array,
  { name, quantization }: tf.io.WeightsManifestEntry,
): Float32Array {
  if (!quantization) return decodeFloats(bytes, 'F32');
  if (quantization.dtype === 'float16') return decodeFloats(bytes, 'F16');
  const { scale, min, dtype } = quantization;
  if (!Number.isFinite(scale) || !Number.isFinite(min)) {
    throw new RangeError(`'${name}' is quantized without a scale and a min`);
  }
  const { buffer } = bytes.slice(); // aligned
  const quantized = dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  return Float32Array.from(quantized, (value) => value * Number(scale) + Number(min));
}
