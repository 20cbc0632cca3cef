import { deflateSync } from 'node:zlib';

/** What a cell of a MATLAB array may be here: a text, a number, or a row of numbers (empty: a 0x0 matrix). */
export type MatValue = string | number | readonly number[];

/** Types of data elements ("MAT-File Format", table 1-1). */
const miInt8 = 1;
const miUint8 = 2;
const miUint16 = 4;
const miInt32 = 5;
const miUint32 = 6;
const miDouble = 9;
const miMatrix = 14;
const miCompressed = 15;
const miUtf8 = 16;

/** Classes of arrays (table 1-3). */
const mxStruct = 2;
const mxChar = 4;
const mxDouble = 6;

const FIELD_NAME_LENGTH = 32;

/**
 * Writes one column of structures as a MATLAB 5 file, its variable compressed as MATLAB 7 compresses it.
 *
 * Every row has the fields of the first one; a field's name may have 31 characters. Whole numbers below 65,536
 * are stored in one or two bytes under the class double, as MATLAB does.
 *
 * @throws RangeError if there are no rows.
 * @example
 * writeMat5('synsets', [{ ILSVRC2012_ID: 1, WNID: 'n02119789', children: [] }]); // a Buffer
 */
export function writeMat5(variable: string, rows: readonly Readonly<Record<string, MatValue>>[]): Buffer {
  const [first] = rows;
  if (first === undefined) throw new RangeError('rows must hold at least one structure (writeMat5), got 0.');
  const fields = Object.keys(first);
  const names = Buffer.alloc(fields.length * FIELD_NAME_LENGTH);
  for (const [i, field] of fields.entries()) {
    names.write(field.slice(0, FIELD_NAME_LENGTH - 1), i * FIELD_NAME_LENGTH, 'latin1');
  }
  const matrix = element(
    miMatrix,
    Buffer.concat([
      ...arrayHeader(mxStruct, rows.length, 1, variable),
      element(miInt32, int32s(FIELD_NAME_LENGTH)),
      element(miInt8, names),
      ...rows.flatMap((row) => fields.map((field) => valueMatrix(row[field] ?? []))),
    ]),
  );
  const packed = deflateSync(matrix);
  return Buffer.concat([fileHeader(), tag(miCompressed, packed.length), packed]);
}

/** 116 bytes of text, no subsystem data, version 0x0100, and 'IM': little-endian. */
function fileHeader(): Buffer {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, embedded data set of @alexnet/ilsvrc', 'latin1');
  header.fill(0, 116, 124);
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126, 'latin1');
  return header;
}

function valueMatrix(value: MatValue): Buffer {
  const parts =
    typeof value === 'string'
      ? [
          ...arrayHeader(mxChar, value === '' ? 0 : 1, [...value].length, ''),
          element(miUtf8, Buffer.from(value, 'utf8')),
        ]
      : numberParts(typeof value === 'number' ? [value] : value);
  return element(miMatrix, Buffer.concat(parts));
}

function numberParts(values: readonly number[]): Buffer[] {
  const header = arrayHeader(mxDouble, values.length === 0 ? 0 : 1, values.length, '');
  const isWhole = values.every((value) => Number.isInteger(value) && value >= 0 && value < 65_536);
  if (isWhole && values.every((value) => value < 256))
    return [...header, element(miUint8, Buffer.from(values))];
  const data = isWhole ? Uint16Array.from(values) : Float64Array.from(values);
  return [...header, element(isWhole ? miUint16 : miDouble, Buffer.from(data.buffer))];
}

/** The three elements every array begins with: flags, dimensions, name. */
function arrayHeader(mxClass: number, rows: number, columns: number, name: string): Buffer[] {
  return [
    element(miUint32, int32s(mxClass, 0)),
    element(miInt32, int32s(rows, columns)),
    element(miInt8, Buffer.from(name, 'latin1')),
  ];
}

/** Tag, data, and zeros up to a multiple of 8; data of 1 to 4 bytes share the tag's 8 bytes. */
function element(type: number, data: Buffer): Buffer {
  if (data.length > 0 && data.length <= 4) {
    const small = Buffer.alloc(8);
    small.writeUInt16LE(type, 0);
    small.writeUInt16LE(data.length, 2);
    data.copy(small, 4);
    return small;
  }
  return Buffer.concat([tag(type, data.length), data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

function tag(type: number, length: number): Buffer {
  return int32s(type, length);
}

function int32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeInt32LE(value, 4 * i);
  return bytes;
}
