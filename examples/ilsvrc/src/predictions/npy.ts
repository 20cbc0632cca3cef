import { type FileHandle, open } from 'node:fs/promises';
import { requireFile } from './require-file.js';

/** NumPy's names for the little-endian types of predictions and labels. */
export type NpyType = '<f4' | '<i4' | '<i8';

const bytesOf: Readonly<Record<NpyType, number>> = { '<f4': 4, '<i4': 4, '<i8': 8 };
const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** NumPy pads the header so that the values start at a multiple of this. */
const ALIGNMENT = 64;
const LONGEST_HEADER = 65_535;

/** The header of a `.npy` file, version 1.0. The values follow it row by row. */
export function npyHeader(type: NpyType, shape: readonly number[]): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((MAGIC.length + 4 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(length, ' ');
  MAGIC.copy(header);
  header.writeUInt8(1, 6);
  header.writeUInt8(0, 7);
  header.writeUInt16LE(length - 10, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', length - 1);
  return header;
}

/** A `.npy` file whose rows are read on demand. */
export class NpyFile {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #begin: number;

  private constructor(
    file: FileHandle,
    path: string,
    begin: number,
    type: NpyType,
    shape: readonly number[],
  ) {
    this.#file = file;
    this.#path = path;
    this.#begin = begin;
    this.type = type;
    this.shape = shape;
  }

  /**
   * @param types The accepted types.
   * @throws Error that names the file, if it is damaged or has another type or number of dimensions.
   */
  static async open(path: string, types: readonly NpyType[], dimensions: number): Promise<NpyFile> {
    await requireFile(path);
    const file = await open(path);
    try {
      const { text, begin } = await readHeader(file, path);
      const { descr, isFortran, shape } = parseHeader(text, path);
      const type = types.find((one) => one === descr);
      if (!type) throw new Error(`${path}: the values have type '${descr}', not ${types.join(' or ')}.`);
      if (isFortran)
        throw new Error(`${path}: the array is in Fortran order; save it with numpy.ascontiguousarray.`);
      if (shape.length !== dimensions) {
        throw new Error(
          `${path}: the array has shape [${shape.join(', ')}] instead of ${dimensions} dimensions.`,
        );
      }
      const expected = begin + shape.reduce((product, size) => product * size, bytesOf[type]);
      const { size } = await file.stat();
      if (size !== expected) {
        throw new Error(
          `${path}: the file has ${size} bytes, but its header describes ${expected}; it was cut off or damaged.`,
        );
      }
      return new NpyFile(file, path, begin, type, shape);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The bytes of rows along the first axis, in a new buffer. */
  async rows(first: number, count: number): Promise<ArrayBuffer> {
    const each = this.shape.slice(1).reduce((product, size) => product * size, bytesOf[this.type]);
    const bytes = new Uint8Array(count * each);
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, this.#begin + first * each);
    if (bytesRead !== bytes.length)
      throw new Error(`${this.#path}: the file became shorter while it was read.`);
    return bytes.buffer;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function readHeader(file: FileHandle, path: string): Promise<{ text: string; begin: number }> {
  const start = Buffer.alloc(12);
  const { bytesRead } = await file.read(start, 0, 12, 0);
  if (bytesRead < 12 || !start.subarray(0, 6).equals(MAGIC))
    throw new Error(`${path}: this is not a .npy file.`);
  const version = start.readUInt8(6);
  if (version < 1 || version > 3)
    throw new Error(`${path}: .npy version ${version} is not supported; it must be 1 to 3.`);
  const [begin, length] = version === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
  if (length > LONGEST_HEADER) throw new Error(`${path}: a header of ${length} bytes is too long.`);
  const header = Buffer.alloc(length);
  const read = await file.read(header, 0, length, begin);
  if (read.bytesRead < length) throw new Error(`${path}: the file ends within its header; it was cut off.`);
  return { text: header.toString('latin1'), begin: begin + length };
}

/** The fields of the header, a Python dictionary, in any order. */
function parseHeader(text: string, path: string): { descr: string; isFortran: boolean; shape: number[] } {
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  const shape = sizes?.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const isShape = shape?.every((size) => Number.isSafeInteger(size)) ?? false;
  if (descr === undefined || order === undefined || !shape || !isShape) {
    throw new Error(`${path}: the header cannot be read: ${JSON.stringify(text.trim().slice(0, 100))}.`);
  }
  return { descr, isFortran: order === 'True', shape };
}
