import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { IndexWriter } from './shard-index.js';

/** A finished shard. */
export interface ShardFile {
  readonly file: string;
  readonly bytes: number;
  readonly images: number;
}

/** Options of {@link ShardWriter}. */
export interface ShardWriterOptions {
  readonly dir: string;
  readonly split: string;
  /** Extension of the pictures, without its dot. */
  readonly extension: string;
  readonly shardImages: number;
}

interface OpenShard {
  readonly tar: Pack;
  readonly file: string;
  readonly written: Promise<void>;
  images: number;
  blocks: number;
}

/**
 * Writes pictures into tar shards `<split>-000000.tar`, ... in the WebDataset convention: `<key>.<extension>` with the bytes and
 * `<key>.cls` with the label in ASCII. Headers carry no time and no owner, so equal pictures give equal bytes.
 */
export class ShardWriter {
  readonly index: IndexWriter = new IndexWriter();
  readonly shards: ShardFile[] = [];
  readonly #options: ShardWriterOptions;
  #open: OpenShard | undefined;

  constructor(options: ShardWriterOptions) {
    this.#options = options;
  }

  /** Appends a picture. `key` must be ASCII, without dots, of at most 90 characters. */
  async add(key: string, bytes: Buffer, label: number): Promise<void> {
    this.#open ??= this.#start();
    const shard = this.#open;
    this.index.add({ shard: this.shards.length, block: shard.blocks, size: bytes.length, label });
    await this.#entry(shard, `${key}.${this.#options.extension}`, bytes);
    await this.#entry(shard, `${key}.cls`, Buffer.from(String(label)));
    shard.images++;
    if (shard.images >= this.#options.shardImages) await this.finish();
  }

  /** Completes the open shard. */
  async finish(): Promise<void> {
    const shard = this.#open;
    if (!shard) return;
    this.#open = undefined;
    shard.tar.finalize();
    await shard.written;
    const { size } = await stat(join(this.#options.dir, shard.file));
    this.shards.push({ file: shard.file, bytes: size, images: shard.images });
  }

  /** Gives up the open shard, if there is one, and waits until its file is closed. */
  async abandon(): Promise<void> {
    const shard = this.#open;
    this.#open = undefined;
    shard?.tar.destroy();
    await shard?.written.catch(() => undefined);
  }

  #start(): OpenShard {
    const file = `${this.#options.split}-${String(this.shards.length).padStart(6, '0')}.tar`;
    const tar = pack();
    const written = pipeline(
      tar,
      createWriteStream(join(this.#options.dir, file), { flags: 'wx', flush: true }),
    );
    written.catch(() => undefined); // reported by whichever call comes next
    return { tar, file, written, images: 0, blocks: 0 };
  }

  async #entry(shard: OpenShard, name: string, bytes: Buffer): Promise<void> {
    const header = { name, size: bytes.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
    const accepted = new Promise<void>((resolve, reject) => {
      const entry = shard.tar.entry(header, (error) => (error ? reject(error) : resolve()));
      entry.on('error', reject);
      entry.end(bytes); // calls back once the file keeps up
    });
    accepted.catch(() => undefined);
    // A failed write destroys the tar too; the reason that counts is the file's.
    await Promise.race([accepted, shard.written.then(() => accepted)]).catch(async (error: unknown) => {
      await shard.written;
      throw error;
    });
    shard.blocks += 1 + Math.ceil(bytes.length / 512);
  }
}
