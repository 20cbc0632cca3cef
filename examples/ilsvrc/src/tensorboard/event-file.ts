import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type BoardEvent, eventMessage } from './event-message.js';
import { tfRecord } from './tf-record.js';

/**
 * A file of TensorBoard events, each written by one append: a killed process leaves at most its last record cut, and
 * readers stop before it.
 *
 * TensorBoard takes all `*tfevents*` files of a folder as one run, in the order of their names, which begin with the
 * second they were made in.
 */
export class EventFile {
  private constructor(private readonly path: string) {}

  /** Makes a file in a folder, made if need be. */
  static async create(folder: string): Promise<EventFile> {
    const second = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
    const file = new EventFile(join(folder, `events.out.tfevents.${second}.${hostname()}.${process.pid}`));
    await file.writing(mkdir(folder, { recursive: true }));
    await file.append(0, 'fileVersion');
    return file;
  }

  /** @throws Error that names the file, if it cannot be written. */
  async append(step: number, event: BoardEvent): Promise<void> {
    await this.writing(appendFile(this.path, tfRecord(eventMessage(Date.now() / 1000, step, event))));
  }

  private async writing(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw new Error(`${this.path} could not be written (${(error as Error).message}).`, { cause: error });
    }
  }
}
