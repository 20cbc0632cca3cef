import { ByteCursor } from './byte-cursor.js';
import { sizeOf } from './weight-tensor.js';

/** An array that NumPy saved, in C order. */
export interface NpyArray {
  shape: readonly number[];
  values: Float32Array | Float64Array;
}

const MAGIC = [0x93, ...new TextEncoder().encode('NUMPY')];
const MAX_HEADER_BYTES = 65_535;

/** Whether a file begins as NumPy's do. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a `.npy` file of float32 or float64 values: magic, version, the length of the header, the header, which
 * is a Python dictionary, and the values.
 *
 * @throws RangeError if the values have another type or order, or the file another length than its shape.
 * @see numpy.lib.format
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  const cursor = new ByteCursor(bytes);
  cursor.take(MAGIC.length);
  const version = cursor.uint8();
  cursor.uint8();
  if (version < 1 || version > 3) throw new RangeError(`its .npy version must be 1 to 3, got ${version}`);
  const length = version === 1 ? cursor.uint16() : cursor.uint32();
  if (length > MAX_HEADER_BYTES) throw new RangeError(`its header would have ${length} bytes`);
  const { type, shape } = parseHeader(new TextDecoder('latin1').decode(cursor.take(length)));
  const size = sizeOf(shape, 'array');
  const data = bytes.subarray(cursor.offset);
  const width = type === '<f4' ? 4 : 8;
  if (data.length !== size * width) {
    throw new RangeError(
      `its array [${shape.join(', ')}] takes ${size * width} bytes, but ${data.length} follow its header`,
    );
  }
  const { buffer } = data.slice(); // aligned
  return { shape, values: type === '<f4' ? new Float32Array(buffer) : new Float64Array(buffer) };
}

function parseHeader(text: string): { type: '<f4' | '<f8'; shape: number[] } {
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const isFortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (isFortran === undefined || sizes === undefined) {
    throw new RangeError(`its header cannot be read: ${JSON.stringify(text.trim().slice(0, 60))}`);
  }
  if (type !== '<f4' && type !== '<f8') {
    throw new RangeError(`its values must be float32 or float64, got '${String(type).slice(0, 20)}'`);
  }
  if (isFortran === 'True') {
    throw new RangeError('its array is in Fortran order; save it with numpy.ascontiguousarray');
  }
  return { type, shape: sizes.split(',').flatMap((side) => (side.trim() === '' ? [] : [Number(side)])) };
}
