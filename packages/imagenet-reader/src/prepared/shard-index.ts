import { endianness } from 'node:os';

/**
 * Where an image is stored: the header of its tar entry is block `block` (of 512 bytes) of shard number
 * `shard`.
 */
export interface IndexEntry {
  readonly shard: number;
  readonly block: number;
  /** Bytes of the stored image. */
  readonly size: number;
  readonly label: number;
}

/** Bytes in an entry, which has four little-endian 32-bit numbers: shard, block, size and label. */
export const INDEX_ENTRY_BYTES = 16;

/** The entries of one shard as bytes; `entries` holds the block, size and label of every image in turn. */
export function indexBytes(shard: number, entries: readonly number[]): Buffer {
  const bytes = Buffer.alloc((entries.length / 3) * INDEX_ENTRY_BYTES);
  for (const [i, value] of entries.entries()) {
    const at = Math.floor(i / 3) * INDEX_ENTRY_BYTES;
    bytes.writeUInt32LE(shard, at);
    bytes.writeUInt32LE(value, at + 4 + (i % 3) * 4);
  }
  return bytes;
}

/** The entries of an index file. */
export class IndexReader {
  readonly count: number;
  readonly #words: Uint32Array;

  private constructor(words: Uint32Array) {
    this.#words = words;
    this.count = words.length / (INDEX_ENTRY_BYTES / 4);
  }

  /** The entries in the bytes of a file. @throws Error if the bytes are not a whole number of entries. */
  static ofBytes(bytes: Buffer): IndexReader {
    if (bytes.length % INDEX_ENTRY_BYTES !== 0) throw new Error(`an index of ${bytes.length} bytes`);
    const words = new Uint32Array(new SharedArrayBuffer(bytes.length));
    new Uint8Array(words.buffer).set(bytes);
    if (endianness() === 'BE') Buffer.from(words.buffer).swap32();
    return new IndexReader(words);
  }

  /** The entries in another reader's {@link words}, for use in another thread. */
  static ofWords(words: Uint32Array): IndexReader {
    return new IndexReader(words);
  }

  /** All entries, four words each, in shared memory. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** The first entry that points outside its shard or to an unknown class; -1 if there is none. */
  findWrong(shardBytes: Float64Array, classes: number): number {
    const words = this.#words;
    for (let i = 0; i < this.count; i++) {
      const end = ((words[i * 4 + 1] as number) + 1) * 512 + (words[i * 4 + 2] as number);
      const isInside = end <= (shardBytes[words[i * 4] as number] ?? 0);
      if (!isInside || (words[i * 4 + 3] as number) >= classes) return i;
    }
    return -1;
  }

  /** @throws RangeError if there is no image of that number. */
  at(image: number): IndexEntry {
    if (!Number.isInteger(image) || image < 0 || image >= this.count) {
      throw new RangeError(`image must be a whole number from 0 to ${this.count - 1} (index), got ${image}.`);
    }
    const words = this.#words;
    const at = image * 4;
    return {
      shard: words[at] as number,
      block: words[at + 1] as number,
      size: words[at + 2] as number,
      label: words[at + 3] as number,
    };
  }
}
