import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type BoardEvent, eventMessage } from './event-message.js';
import { tfRecord } from './tf-record.js';

/**
 * A file of TensorBoard events. Each event is one append, so a killed process cuts off at most the last
 * record, and readers stop before it.
 *
 * TensorBoard reads all `*tfevents*` files of a folder as one run, in the order of their names. A name starts
 * with the second in which the file was made.
 */
export class EventFile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Makes a file, and its folder if needed. */
  static async create(folder: string): Promise<EventFile> {
    const second = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
    const file = new EventFile(join(folder, `events.out.tfevents.${second}.${hostname()}.${process.pid}`));
    await file.#write(mkdir(folder, { recursive: true }));
    await file.append(0, 'fileVersion');
    return file;
  }

  /** Appends an event. @throws Error that names the file, if it cannot be written. */
  async append(step: number, event: BoardEvent): Promise<void> {
    await this.#write(appendFile(this.#path, tfRecord(eventMessage(Date.now() / 1000, step, event))));
  }

  async #write(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw new Error(`${this.#path} could not be written (${(error as Error).message}).`, { cause: error });
    }
  }
}
