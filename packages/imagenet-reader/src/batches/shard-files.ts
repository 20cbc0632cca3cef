import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Reads ranges of many files directly into existing memory while keeping few files open; those idle longest
 * are closed first. It blocks its thread, which is acceptable in a worker: an image in the page cache takes
 * 30 us, and a round trip through the thread pool would add more than that.
 */
export class ShardFiles {
  readonly #open: Map<string, number> = new Map();
  readonly #limit: number;

  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Fills `target` from `position`. @throws Error that names the file if it is too short. */
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
    this.#open.delete(path); // a Map keeps insertion order: the last used file goes to its end
    this.#open.set(path, fd);
    const [oldest] = this.#open;
    if (oldest && this.#open.size > this.#limit) {
      closeSync(oldest[1]);
      this.#open.delete(oldest[0]);
    }
    return fd;
  }
}
