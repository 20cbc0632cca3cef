/** Reads a file's bytes from front to back. Reading past the end throws; it never returns fewer bytes. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  offset = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next bytes, as a view without a copy. @throws RangeError if there are fewer. */
  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.bytes.subarray(at, at + count);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A 64-bit size. A size that no array can have counts as past the end. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.#fail(value);
    return Number(value);
  }

  /** A 64-bit integer, which is inexact beyond 2^53. */
  int64(): number {
    return Number(this.#view.getBigInt64(this.#advance(8), true));
  }

  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** Text up to a newline, which is consumed too. */
  line(): string {
    const end = this.bytes.indexOf(10, this.offset);
    if (end < 0) throw new RangeError(`a line that begins at byte ${this.offset} does not end`);
    return decodeText(this.take(end + 1 - this.offset).subarray(0, -1));
  }

  #advance(count: number): number {
    const at = this.offset;
    if (count > this.bytes.length - at) this.#fail(count);
    this.offset += count;
    return at;
  }

  #fail(count: number | bigint): never {
    throw new RangeError(
      `${count} bytes should follow byte ${this.offset}, but the file has ${this.bytes.length - this.offset}`,
    );
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws RangeError if the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new RangeError('a text is not UTF-8');
  }
}
