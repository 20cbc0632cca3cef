/** Where a picture lies: the header of its tar entry is block `block` (of 512 bytes) of shard number `shard`. */
export interface IndexEntry {
  readonly shard: number;
  readonly block: number;
  /** Bytes of the stored picture. */
  readonly size: number;
  readonly label: number;
}

/** Bytes of an entry: four little-endian 32-bit numbers, shard, block, size, label. */
export const INDEX_ENTRY_BYTES = 16;

/** The entries of one shard as bytes; `entries` holds block, size and label of every picture, one after the other. */
export function indexBytes(shard: number, entries: readonly number[]): Buffer {
  const bytes = Buffer.alloc((entries.length / 3) * INDEX_ENTRY_BYTES);
  for (const [i, value] of entries.entries()) {
    const at = Math.floor(i / 3) * INDEX_ENTRY_BYTES;
    bytes.writeUInt32LE(shard, at);
    bytes.writeUInt32LE(value, at + 4 + (i % 3) * 4);
  }
  return bytes;
}

/** Entries as read from a file. */
export class IndexReader {
  readonly count: number;
  readonly #words: Uint32Array;

  /** @throws Error if the bytes are no whole number of entries. */
  constructor(bytes: Buffer) {
    if (bytes.length % INDEX_ENTRY_BYTES !== 0) throw new Error(`an index of ${bytes.length} bytes`);
    this.count = bytes.length / INDEX_ENTRY_BYTES;
    this.#words = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
  }

  /** @throws RangeError if there is no picture of that number. */
  at(image: number): IndexEntry {
    if (!Number.isInteger(image) || image < 0 || image >= this.count) {
      throw new RangeError(`image must be a whole number from 0 to ${this.count - 1} (index), got ${image}.`);
    }
    const [shard = 0, block = 0, size = 0, label = 0] = this.#words.subarray(image * 4, image * 4 + 4);
    return { shard, block, size, label };
  }

  label(image: number): number {
    return this.#words[image * 4 + 3] ?? 0;
  }
}
