import { decodeFloats } from '../decode-floats.js';
import { protobufFields, WIRE } from '../protobuf-fields.js';
import { sizeOf, type WeightTensor } from '../weight-tensor.js';

/**
 * Reads a `BlobProto`: shape 7, or the older num, channels, height and width 1 .. 4; float data 5 and double
 * data 8, each packed or not. The values are decoded on demand.
 *
 * @throws RangeError if the number of values is not that of the shape.
 */
export function readBlob(message: Uint8Array, name: string): WeightTensor {
  const legacy = [1, 1, 1, 1];
  let shape: number[] | undefined;
  const parts: BlobPart[] = [];
  for (const field of protobufFields(message)) {
    if (field.number >= 1 && field.number <= 4) legacy[field.number - 1] = field.integers()[0] ?? 1;
    else if (field.number === 7) shape = readShape(field.bytes());
    else if (field.number === 5 && field.wireType === WIRE.bytes) parts.push(packed(field.bytes(), 'F32'));
    else if (field.number === 8 && field.wireType === WIRE.bytes) parts.push(packed(field.bytes(), 'F64'));
    else if (field.number === 5) addSingle(parts, field.float());
    else if (field.number === 8) addSingle(parts, field.double());
  }
  const dims = shape ?? withoutLeadingOnes(legacy);
  const size = sizeOf(dims, name);
  const stored = parts.reduce((sum, { count }) => sum + count, 0);
  if (stored !== size) {
    throw new RangeError(`'${name}' [${dims.join(', ')}] should have ${size} values, but has ${stored}`);
  }
  const values = async (): Promise<Float32Array> => {
    const joined = new Float32Array(size);
    let at = 0;
    for (const { count, values } of parts) {
      joined.set(values(), at);
      at += count;
    }
    return joined;
  };
  return { name, shape: dims, values };
}

/** Consecutive values of a blob: one packed field, or single values that follow each other. */
interface BlobPart {
  count: number;
  singles?: number[];
  values(): ArrayLike<number>;
}

function packed(bytes: Uint8Array, type: 'F32' | 'F64'): BlobPart {
  return { count: bytes.length / (type === 'F32' ? 4 : 8), values: () => decodeFloats(bytes, type) };
}

function addSingle(parts: BlobPart[], value: number): void {
  const last = parts.at(-1);
  if (last?.singles) {
    last.singles.push(value);
    last.count++;
    return;
  }
  const singles = [value];
  parts.push({ count: 1, singles, values: () => singles });
}

function readShape(message: Uint8Array): number[] {
  const dims: number[] = [];
  for (const field of protobufFields(message)) if (field.number === 1) dims.push(...field.integers());
  return dims;
}

/** [1, 1, 1, n] is a bias and [1, 1, units, inputs] a dense layer's weight. */
function withoutLeadingOnes(shape: number[]): number[] {
  const [a, b, c] = shape;
  return shape.slice(a === 1 && b === 1 ? (c === 1 ? 3 : 2) : 0);
}
