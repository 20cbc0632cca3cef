import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';

/** The result of {@link ShardWriter}. */
export interface WrittenShard {
  readonly bytes: number;
  readonly sha256: string;
  /** For every image in turn: the block of its header, its bytes, its label. */
  readonly entries: readonly number[];
}

/**
 * Writes images into one tar shard in the WebDataset convention: `<key>.<extension>` with the bytes and
 * `<key>.cls` with the label in ASCII. Headers carry no time and no owner, so equal images give equal bytes.
 */
export class ShardWriter {
  readonly #tar: Pack = pack();
  readonly #hash = createHash('sha256');
  readonly #written: Promise<void>;
  readonly #extension: string;
  readonly #entries: number[] = [];
  #blocks = 0;
  #bytes = 0;

  /** @param extension Extension of the images, without the dot. */
  constructor(file: string, extension: string) {
    this.#extension = extension;
    const out = createWriteStream(file, { flush: true, highWaterMark: 1 << 20 });
    this.#written = pipeline(this.#measured(), out);
    this.#written.catch(() => undefined); // reported by the next call
  }

  /** Appends an image. `key` must be ASCII, without dots, of at most 90 characters. */
  async add(key: string, bytes: Buffer, label: number): Promise<void> {
    this.#entries.push(this.#blocks, bytes.length, label);
    await this.#entry(`${key}.${this.#extension}`, bytes);
    await this.#entry(`${key}.cls`, Buffer.from(String(label)));
  }

  /** Completes the file and flushes it to the disk. */
  async finish(): Promise<WrittenShard> {
    this.#tar.finalize();
    await this.#written;
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex'), entries: this.#entries };
  }

  /** Abandons the shard and waits until its file is closed. */
  async abandon(): Promise<void> {
    this.#tar.destroy();
    await this.#written.catch(() => undefined);
  }

  async *#measured(): AsyncGenerator<Buffer> {
    for await (const chunk of this.#tar as AsyncIterable<Buffer>) {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  async #entry(name: string, bytes: Buffer): Promise<void> {
    const header = { name, size: bytes.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
    const accepted = new Promise<void>((resolve, reject) => {
      const entry = this.#tar.entry(header, (error) => (error ? reject(error) : resolve()));
      entry.on('error', reject);
      entry.end(bytes); // calls back when the file has caught up
    });
    accepted.catch(() => undefined);
    // A failed write destroys the tar too; the error to report is the file's.
    await Promise.race([accepted, this.#written.then(() => accepted)]).catch(async (error: unknown) => {
      await this.#written;
      throw error;
    });
    this.#blocks += 1 + Math.ceil(bytes.length / 512);
  }
}
