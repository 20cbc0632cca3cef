import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** A file that is written piece by piece beside its place and takes it when it is whole. */
export class PartialFile {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** @throws Error of one line that names the file, if it cannot be made. */
  static async create(path: string): Promise<PartialFile> {
    return new PartialFile(path, await named(path, () => open(partialOf(path), 'w')));
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
    return named(this.path, () => rename(partialOf(this.path), this.path));
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined); // closed before
    await rm(partialOf(this.path), { force: true });
  }
}

async function named<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw unwritten(path, error);
  }
}

/** The name of a file or folder until it is whole; of this process, for another may be writing the same. */
export function partialOf(path: string): string {
  return `${path}.${process.pid}.partial`;
}

/** An error of the system as one line that names the file; any other as it is. */
export function unwritten(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new Error(`${path}: could not be written (${error.message}).`, { cause: error });
}
