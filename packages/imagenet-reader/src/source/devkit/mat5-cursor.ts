/** The memory that the values of a file may take. A few bytes of a hostile file can expand to many. */
export class MatBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Bytes still allowed: the limit for an inflation whose result is not known in advance. */
  get left(): number {
    return this.#left;
  }

  /** @throws Error if `bytes` is more than is left. */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new Error('its values take more memory than a devkit needs');
  }
}

/** An element's type and the bytes of its body. */
export interface MatTag {
  readonly type: number;
  readonly body: MatCursor;
}

/** Bytes in one number, by the data type of a MATLAB 5 element. */
const WIDTH: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 2,
  5: 4,
  6: 4,
  7: 4,
  9: 8,
  12: 8,
  13: 8,
};
const COMPRESSED = 15;

/** Walks over the elements of a MATLAB 5 file. Every step is checked against the bytes that exist. */
export class MatCursor {
  readonly #bytes: Buffer;
  readonly #isLittle: boolean;
  readonly #end: number;
  readonly budget: MatBudget;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number, isLittle: boolean, budget: MatBudget) {
    this.budget = budget;
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#isLittle = isLittle;
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  /**
   * Reads a tag and moves past its element.
   *
   * A tag has a type and a length of 4 bytes each. If the upper half of the type is not 0, the element is
   * small: 2 bytes of length, 2 of type, 4 of data. Bodies are padded to 8 bytes, except compressed ones.
   */
  tag(): MatTag {
    if (this.remaining < 8) throw new Error(`it ends at byte ${this.#end}, inside a tag`);
    const word = this.#uint32(this.#at);
    const isSmall = word >>> 16 !== 0;
    const type = isSmall ? word & 0xffff : word;
    const length = isSmall ? word >>> 16 : this.#uint32(this.#at + 4);
    const start = this.#at + (isSmall ? 4 : 8);
    if (start + length > this.#end || (isSmall && length > 4)) {
      throw new Error(`it ends at byte ${this.#end}, inside an element of ${length} bytes`);
    }
    const padded = type === COMPRESSED ? length : Math.ceil(length / 8) * 8;
    this.#at = isSmall ? start + 4 : Math.min(start + padded, this.#end);
    return { type, body: new MatCursor(this.#bytes, start, start + length, this.#isLittle, this.budget) };
  }

  /** All the remaining bytes, not copied. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  /** The remaining bytes as numbers of a data type. */
  numbers(type: number): Float64Array {
    const width = WIDTH[type];
    if (width === undefined || this.remaining % width !== 0) {
      throw new Error(`${this.remaining} bytes cannot be numbers of type ${type}`);
    }
    this.budget.take((this.remaining / width) * 8);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, this.remaining);
    const data = new Float64Array(this.remaining / width);
    for (let i = 0; i < data.length; i++) data[i] = this.#number(view, i * width, type);
    return data;
  }

  /** The remaining bytes as text in 16-bit units. */
  utf16(): string {
    if (this.remaining % 2 !== 0) throw new Error(`${this.remaining} bytes cannot be 16-bit text`);
    const units = Buffer.from(this.rest());
    return (this.#isLittle ? units : units.swap16()).toString('utf16le');
  }

  #uint32(at: number): number {
    return this.#isLittle ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }

  #number(view: DataView, at: number, type: number): number {
    const little = this.#isLittle;
    switch (type) {
      case 1:
        return view.getInt8(at);
      case 2:
        return view.getUint8(at);
      case 3:
        return view.getInt16(at, little);
      case 4:
        return view.getUint16(at, little);
      case 5:
        return view.getInt32(at, little);
      case 6:
        return view.getUint32(at, little);
      case 7:
        return view.getFloat32(at, little);
      case 9:
        return view.getFloat64(at, little);
      case 12:
        return Number(view.getBigInt64(at, little));
      default:
        return Number(view.getBigUint64(at, little));
    }
  }
}
