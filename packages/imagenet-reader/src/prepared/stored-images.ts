import { FilePool } from '../source/file-pool.js';
import type { Split } from '../source/ilsvrc-source.js';
import { readTarHeader } from '../source/tar/tar-header.js';
import { decodePixels, type ImageFormat } from './image-format.js';
import { damagedImage, isEntry } from './prepared-entry.js';
import type { IndexReader } from './shard-index.js';

/** A prepared image: `size * size` RGB bytes. */
export interface PreparedImage {
  readonly pixels: Uint8Array;
  readonly label: number;
  /** Its WebDataset key: a running number and the name of the file it came from. */
  readonly key: string;
}

/** Where the images of a prepared folder are stored, and how. */
export interface StoredImagesOptions {
  readonly size: number;
  readonly format: ImageFormat;
  /** Paths of the shards. */
  readonly shards: Readonly<Record<Split, readonly string[]>>;
  readonly indexes: Readonly<Record<Split, IndexReader>>;
}

/** Reads single images of a prepared folder. */
export class StoredImages {
  readonly #options: StoredImagesOptions;
  readonly #files: FilePool = new FilePool({
    closed: (file) => `${file} cannot be read: the prepared data was closed.`,
    tooShort: (file) => `${file} is shorter than its index says; prepare it again.`,
  });

  constructor(options: StoredImagesOptions) {
    this.#options = options;
  }

  /** @throws RangeError if there is no such image; Error that names shard and image if it is damaged. */
  async read(split: Split, index: number): Promise<PreparedImage> {
    const { size, format, shards, indexes } = this.#options;
    const entry = indexes[split].at(index);
    const shard = shards[split][entry.shard] ?? '';
    const bytes = await this.#files.read(shard, entry.block * 512, 512 + entry.size);
    try {
      if (!isEntry(bytes, entry)) throw new Error('the index points elsewhere');
      const pixels = await decodePixels(bytes.subarray(512), size, format);
      return { pixels, label: entry.label, key: readTarHeader(bytes)?.name.replace(/\..*$/, '') ?? '' };
    } catch (error) {
      throw damagedImage(shard, split, index, error);
    }
  }

  close(): Promise<void> {
    return this.#files.close();
  }
}
