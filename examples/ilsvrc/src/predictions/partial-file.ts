import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** A file that is written beside its place and takes it when it is whole. */
export class PartialFile {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** @throws Error of one line that names the file, if it cannot be made. */
  static async create(path: string): Promise<PartialFile> {
    return new PartialFile(path, await named(path, () => open(`${path}.partial`, 'w')));
  }

  write(bytes: Uint8Array): Promise<unknown> {
    return named(this.path, () => this.#file.writeFile(bytes));
  }

  /** Brings all to the disk; {@link rename} then gives the file its name. */
  async end(): Promise<void> {
    await named(this.path, () => this.#file.sync());
    await this.#file.close();
  }

  rename(): Promise<void> {
    return named(this.path, () => rename(`${this.path}.partial`, this.path));
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined); // closed before
    await rm(`${this.path}.partial`, { force: true });
  }
}

async function named<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Error(`${path}: could not be written (${(error as Error).message}).`, { cause: error });
  }
}
