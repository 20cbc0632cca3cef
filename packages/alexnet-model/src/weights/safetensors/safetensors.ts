import { ByteCursor, decodeText } from '../byte-cursor.js';
import { bytesPerFloat, decodeFloats, type FloatType } from '../decode-floats.js';
import { type NamedTensors, sizeOf, type WeightTensor } from '../weight-tensor.js';

/** The format's limit on the header. */
const MAX_HEADER_BYTES = 100_000_000;

/** The contents of a `.safetensors` file. */
export interface Safetensors {
  tensors: NamedTensors;
  metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads `.safetensors`: a 64-bit length, a JSON header of that length, and the values.
 *
 * @throws RangeError if the header does not match the file or a tensor.
 * @see https://huggingface.co/docs/safetensors (format)
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const cursor = new ByteCursor(bytes);
  const headerBytes = cursor.uint64();
  if (headerBytes > MAX_HEADER_BYTES) throw new RangeError(`its header would have ${headerBytes} bytes`);
  const header = parseHeader(cursor.take(headerBytes));
  const data = bytes.subarray(cursor.offset);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata)) throw new RangeError('__metadata__ of its header is not an object');
  let total = 0;
  const tensors = new Map<string, () => WeightTensor>();
  for (const [name, value] of Object.entries(entries)) {
    const entry = isRecord(value) ? value : refuseType(name, undefined);
    const values = valuesOf(name, entry, data);
    total += values.length;
    tensors.set(name, () => asWeight(name, entry, values));
  }
  if (total !== data.length) {
    throw new RangeError(`its header describes ${total} bytes of values, but ${data.length} follow it`);
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(decodeText(bytes));
  } catch {
    throw new RangeError('its header is not JSON');
  }
  if (!isRecord(header)) throw new RangeError('its header is not a JSON object');
  return header;
}

/** The bytes of a tensor. @throws RangeError if its offsets are not in the file. */
function valuesOf(name: string, entry: Record<string, unknown>, data: Uint8Array): Uint8Array {
  const { data_offsets: offsets } = entry;
  const [begin, end] = Array.isArray(offsets) ? (offsets as unknown[]) : [];
  if (!isOffset(begin) || !isOffset(end) || begin > end || end > data.length) {
    throw new RangeError(
      `the offsets of '${name}' must be in the file, but its offsets are ${String(begin)} .. ${String(end)} of ${data.length}`,
    );
  }
  return data.subarray(begin, end);
}

/** @throws RangeError if the type or shape of a tensor is not one that a weight can have. */
function asWeight(name: string, { dtype, shape }: Record<string, unknown>, bytes: Uint8Array): WeightTensor {
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerFloat, dtype)) refuseType(name, dtype);
  if (!Array.isArray(shape)) throw new RangeError(`'${name}' has no shape`);
  const byteLength = sizeOf(shape, name) * bytesPerFloat[dtype as FloatType];
  if (bytes.length !== byteLength) {
    throw new RangeError(
      `'${name}' [${shape.join(', ')}] takes ${byteLength} bytes, but its offsets give it ${bytes.length}`,
    );
  }
  const values = async (): Promise<Float32Array> => decodeFloats(bytes, dtype as FloatType);
  return { name, shape: shape as number[], values };
}

function refuseType(name: string, type: unknown): never {
  throw new RangeError(
    `the type of '${name}' must be one of ${Object.keys(bytesPerFloat).join(', ')}, got ${String(type)}; in Python, value.float() converts a tensor`,
  );
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes float32 tensors as `.safetensors`. */
export function writeSafetensors(
  tensors: readonly { name: string; shape: readonly number[]; values: Float32Array }[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }];
  });
  const json = new TextEncoder().encode(
    JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }),
  );
  const headerBytes = Math.ceil(json.length / 8) * 8; // padded with blanks to align the values
  const file = new Uint8Array(8 + headerBytes + end).fill(32, 8, 8 + headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}
