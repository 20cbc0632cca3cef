import { constants, inflateSync } from 'node:zlib';
import { messageOf } from '@alexnet/validate';
import { MatBudget, MatCursor, type MatTag } from './mat5-cursor.js';

/** A value of a MATLAB 5 file. */
export type MatValue = MatNumbers | MatText | MatStructs | MatCells;

/** A numeric or logical array in MATLAB's order, columns first. */
export interface MatNumbers {
  readonly kind: 'numbers';
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** A character array; a matrix is returned row by row. */
export interface MatText {
  readonly kind: 'text';
  readonly dims: readonly number[];
  readonly rows: readonly string[];
}

/** An array of structures, each a map from field to value. */
export interface MatStructs {
  readonly kind: 'structs';
  readonly dims: readonly number[];
  readonly elements: readonly ReadonlyMap<string, MatValue>[];
}

/** A cell array. */
export interface MatCells {
  readonly kind: 'cells';
  readonly dims: readonly number[];
  readonly elements: readonly MatValue[];
}

/** Options of {@link readMat5}. */
export interface ReadMat5Options {
  /** The name of the file in errors; `meta.mat`. */
  readonly name?: string;
  /** The most memory that all values may take, including inflated bytes; 64 MiB. */
  readonly maxBytes?: number;
}

const TYPE = {
  INT8: 1,
  UINT8: 2,
  UINT16: 4,
  INT32: 5,
  UINT32: 6,
  MATRIX: 14,
  COMPRESSED: 15,
  UTF8: 16,
  UTF16: 17,
};
const CLASS = { CELL: 1, STRUCT: 2, CHAR: 4, FIRST_NUMBER: 6, LAST_NUMBER: 15 };
const DEEPEST = 16;
const MOST_DIMENSIONS = 32;
const ELEMENT_BYTES = 512; // the objects of a value: about twice what V8 uses

/**
 * Reads the variables of a MATLAB 5 file ('Level 5 MAT-file', as written by MATLAB's `save -v6` and `-v7`):
 * numbers, text, structure arrays and cells, compressed or not, in either byte order.
 *
 * It is written for ILSVRC's `meta.mat`, which comes from a downloaded archive, so sizes are checked against
 * the bytes that exist before anything is allocated, and memory and nesting are bounded. Complex, sparse,
 * object and 7.3 (HDF5) files are refused. Source: 'MAT-File Format', The MathWorks.
 *
 * @throws Error that names the file if it is not a MATLAB 5 file, is cut off, or holds an unsupported value.
 * @example
 * const synsets = readMat5(bytes).get('synsets');
 */
export function readMat5(bytes: Buffer, options: ReadMat5Options = {}): Map<string, MatValue> {
  const { name = 'meta.mat', maxBytes = 1 << 26 } = options;
  try {
    return readVariables(bytes, maxBytes);
  } catch (error) {
    const reason = messageOf(error).replace(/\s+/g, ' ');
    throw new Error(`${name} cannot be read as a MATLAB 5 file (${reason}); fetch it again.`, {
      cause: error,
    });
  }
}

function readVariables(bytes: Buffer, maxBytes: number): Map<string, MatValue> {
  if (bytes.length < 128) throw new Error(`it has ${bytes.length} bytes, fewer than its header`);
  const order = bytes.toString('latin1', 126, 128);
  if (order !== 'IM' && order !== 'MI') throw new Error('its header has no byte-order mark');
  const isLittle = order === 'IM';
  const version = isLittle ? bytes.readUInt16LE(124) : bytes.readUInt16BE(124);
  if (version >> 8 !== 1) throw new Error(`its version is ${version >> 8}.${version & 255}, not 1.0`);
  const variables = new Map<string, MatValue>();
  const budget = new MatBudget(maxBytes);
  const cursor = new MatCursor(bytes, 128, bytes.length, isLittle, budget);
  while (cursor.remaining > 0) {
    const tag = cursor.tag();
    let body = tag.body;
    if (tag.type === TYPE.COMPRESSED) {
      const inflated = inflateSync(body.rest(), {
        maxOutputLength: Math.max(1, budget.left),
        finishFlush: constants.Z_FINISH,
      });
      budget.take(inflated.length);
      const inner = new MatCursor(inflated, 0, inflated.length, isLittle, budget).tag();
      if (inner.type !== TYPE.MATRIX) throw new Error(`a compressed element holds type ${inner.type}`);
      body = inner.body;
    } else if (tag.type !== TYPE.MATRIX) continue;
    const { name, value } = readMatrix(body, 0);
    variables.set(name, value);
  }
  return variables;
}

function readMatrix(cursor: MatCursor, depth: number): { name: string; value: MatValue } {
  cursor.budget.take(ELEMENT_BYTES);
  if (depth > DEEPEST) throw new Error(`values are nested deeper than ${DEEPEST}`);
  if (cursor.remaining === 0) {
    return { name: '', value: { kind: 'numbers', dims: [0, 0], data: new Float64Array(0) } };
  }
  const flags = cursor.tag();
  const word = flags.body.numbers(TYPE.UINT32)[0] ?? 0;
  const kind = word & 255;
  if (word & 0x800) throw new Error('it holds complex numbers');
  const dims = [...cursor.tag().body.numbers(TYPE.INT32)];
  if (dims.length < 2 || dims.length > MOST_DIMENSIONS || dims.some((n) => n < 0)) {
    throw new Error(`an array has dimensions ${dims.slice(0, MOST_DIMENSIONS).join('x')}`);
  }
  const label = cursor.tag().body;
  cursor.budget.take(label.remaining);
  const name = label.rest().toString('latin1');
  const count = dims.reduce((product, n) => product * n, 1);
  return { name, value: readValue(cursor, kind, dims, count, depth) };
}

function readValue(cursor: MatCursor, kind: number, dims: number[], count: number, depth: number): MatValue {
  if (kind === CLASS.CELL) {
    return { kind: 'cells', dims, elements: readElements(cursor, count, depth) };
  }
  if (kind === CLASS.STRUCT) return readStructs(cursor, dims, count, depth);
  if (kind === CLASS.CHAR) return { kind: 'text', dims, rows: readText(cursor.tag(), dims, count) };
  if (kind >= CLASS.FIRST_NUMBER && kind <= CLASS.LAST_NUMBER) {
    const tag = cursor.tag();
    const data = tag.body.numbers(tag.type);
    if (data.length !== count) throw new Error(`an array of ${dims.join('x')} holds ${data.length} numbers`);
    return { kind: 'numbers', dims, data };
  }
  throw new Error(`it holds an array of class ${kind}`);
}

function readElements(cursor: MatCursor, count: number, depth: number): MatValue[] {
  // Even an empty element has a tag of 8 bytes, so a false count cannot ask for more than the file holds.
  if (count > cursor.remaining / 8)
    throw new Error(`${count} elements do not fit in ${cursor.remaining} bytes`);
  const elements: MatValue[] = [];
  for (let i = 0; i < count; i++) {
    const tag = cursor.tag();
    if (tag.type !== TYPE.MATRIX) throw new Error(`an element has type ${tag.type}`);
    elements.push(readMatrix(tag.body, depth + 1).value);
  }
  return elements;
}

function readStructs(cursor: MatCursor, dims: number[], count: number, depth: number): MatStructs {
  const width = cursor.tag().body.numbers(TYPE.INT32)[0] ?? 0;
  const names = cursor.tag().body.rest();
  if (width < 1 || names.length % width !== 0) throw new Error(`its field names have ${width} bytes each`);
  cursor.budget.take((names.length / width) * ELEMENT_BYTES + count * ELEMENT_BYTES);
  const fields: string[] = [];
  for (let at = 0; at < names.length; at += width) {
    fields.push(names.toString('latin1', at, at + width).replace(/\0.*$/s, ''));
  }
  if (fields.length === 0 && count > 0) throw new Error('a structure has no fields');
  const values = readElements(cursor, count * fields.length, depth);
  const elements: Map<string, MatValue>[] = [];
  for (let at = 0; at < values.length; at += fields.length) {
    elements.push(new Map(fields.map((field, i) => [field, values[at + i] as MatValue])));
  }
  return { kind: 'structs', dims, elements };
}

/** MATLAB stores text by columns: character (r, c) of an R x C matrix is at r + c * R. */
function readText(tag: MatTag, dims: readonly number[], count: number): string[] {
  if (count === 0) return [];
  const [rows = 0, columns = 0] = dims;
  tag.body.budget.take(2 * tag.body.remaining + Math.min(rows, count) * 32);
  const text = decodeText(tag);
  if (rows === 1) return [text];
  if (text.length !== count) throw new Error(`text of ${dims.join('x')} holds ${text.length} characters`);
  return Array.from({ length: rows }, (_, r) => {
    let row = '';
    for (let c = 0; c < columns; c++) row += text[r + c * rows];
    return row;
  });
}

function decodeText({ type, body }: MatTag): string {
  if (type === TYPE.UTF8) return body.rest().toString('utf8');
  if (type === TYPE.UTF16 || type === TYPE.UINT16) return body.utf16();
  if (type === TYPE.INT8 || type === TYPE.UINT8) return body.rest().toString('latin1');
  throw new Error(`text is stored as type ${type}`);
}
