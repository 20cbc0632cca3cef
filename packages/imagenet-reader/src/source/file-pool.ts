import { type FileHandle, open } from 'node:fs/promises';

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  users: number;
}

/** How a {@link FilePool} words its errors: each is given the path of the file. */
export interface FilePoolErrors {
  /** The pool was closed before the read. */
  closed(path: string): string;
  /** The file ends before the range does. */
  tooShort(path: string): string;
}

/** Reads ranges of many files while keeping few of them open; those idle longest are closed first. */
export class FilePool {
  readonly #files: Map<string, OpenFile> = new Map();
  readonly #reading: Set<Promise<unknown>> = new Set();
  readonly #errors: FilePoolErrors;
  readonly #limit: number;
  #isClosed = false;

  constructor(errors: FilePoolErrors, limit = 32) {
    this.#errors = errors;
    this.#limit = limit;
  }

  /**
   * Reads exactly `length` bytes at `position`. @throws Error that names the file if it cannot, or the pool
   * is closed.
   */
  async read(path: string, position: number, length: number): Promise<Buffer> {
    if (this.#isClosed) throw new Error(this.#errors.closed(path));
    const work = this.#read(path, position, length);
    this.#reading.add(work);
    try {
      return await work;
    } finally {
      this.#reading.delete(work);
    }
  }

  /** Waits for the reads in progress and closes every file; later reads are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#reading);
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.map(async ({ handle }) => (await handle).close()));
  }

  async #read(path: string, position: number, length: number): Promise<Buffer> {
    const file = this.#acquire(path);
    try {
      const handle = await file.handle;
      const bytes = Buffer.allocUnsafeSlow(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
        if (bytesRead === 0) throw new Error(this.#errors.tooShort(path));
        done += bytesRead;
      }
      return bytes;
    } finally {
      file.users--;
      await this.#closeIdle();
    }
  }

  #acquire(path: string): OpenFile {
    const known = this.#files.get(path);
    const file = known ?? { handle: open(path, 'r'), users: 0 };
    if (!known) file.handle.catch(() => this.#files.delete(path));
    this.#files.delete(path); // a Map keeps insertion order: the last used file goes to its end
    this.#files.set(path, file);
    file.users++;
    return file;
  }

  async #closeIdle(): Promise<void> {
    for (const [path, file] of this.#files) {
      if (this.#files.size <= this.#limit) return;
      if (file.users > 0) continue;
      this.#files.delete(path);
      await file.handle.then(
        (handle) => handle.close(),
        () => undefined,
      );
    }
  }
}
