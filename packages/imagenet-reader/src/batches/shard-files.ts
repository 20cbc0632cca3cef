import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Reads ranges of many files straight into memory that is already there, with few files open: those idle longest are
 * closed first. It blocks its thread, which a worker can afford: an image in the page cache takes 30 us, where a
 * round trip through the thread pool takes more than that besides.
 */
export class ShardFiles {
  readonly #open: Map<string, number> = new Map();
  readonly #limit: number;

  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Fills `target` from `position`. @throws Error that names the file if it cannot. */
  read(path: string, position: number, target: Uint8Array): void {
    const fd = this.#descriptor(path);
    for (let done = 0; done < target.length; ) {
      const bytesRead = readSync(fd, target, done, target.length - done, position + done);
      if (bytesRead === 0) throw new Error(`${path} is shorter than its index says; prepare it again.`);
      done += bytesRead;
    }
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  #descriptor(path: string): number {
    const fd = this.#open.get(path) ?? openSync(path, 'r');
    this.#open.delete(path); // a Map keeps the order of insertion: the last used goes to its end
    this.#open.set(path, fd);
    const [oldest] = this.#open;
    if (oldest && this.#open.size > this.#limit) {
      closeSync(oldest[1]);
      this.#open.delete(oldest[0]);
    }
    return fd;
  }
}
