import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { partialPath } from './partial-path.js';
import { syncFolder } from './sync.js';
import { writeError } from './write-error.js';

/**
 * A file that is written piece by piece under a temporary name and gets its own name once it is whole. Every method
 * throws an Error of one line that names the file if the system cannot write it.
 *
 * @example
 * const file = await PartialFile.create('rows.jsonl');
 * try {
 *   for await (const row of rows) await file.write(row);
 *   await file.end();
 *   await file.rename();
 * } catch (error) {
 *   await file.abandon();
 *   throw error;
 * }
 */
export class PartialFile {
  readonly path: string;
  readonly #file: fs.FileHandle;

  private constructor(target: string, file: fs.FileHandle) {
    this.path = target;
    this.#file = file;
  }

  static async create(target: string): Promise<PartialFile> {
    return new PartialFile(target, await named(target, () => fs.open(partialPath(target), 'w')));
  }

  write(bytes: Uint8Array): Promise<unknown> {
    return named(this.path, () => this.#file.writeFile(bytes));
  }

  /** Flushes everything to the disk. Files that belong together are all ended before one is renamed. */
  async end(): Promise<void> {
    await named(this.path, () => this.#file.sync());
    await this.#file.close();
  }

  /** Gives the ended file its name. */
  rename(): Promise<void> {
    return named(this.path, async () => {
      await fs.rename(partialPath(this.path), this.path);
      await syncFolder(path.dirname(this.path));
    });
  }

  /** Closes and removes the temporary file. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined); // it may be closed already
    await fs.rm(partialPath(this.path), { force: true });
  }
}

async function named<T>(target: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw writeError(target, error);
  }
}
