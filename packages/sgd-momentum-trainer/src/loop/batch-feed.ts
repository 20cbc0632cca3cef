import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from './train-step.js';

/** Batches one at a time, of which the next can be requested before it is needed. */
export class BatchFeed {
  readonly #source: AsyncIterator<Batch>;
  #requested: Promise<IteratorResult<Batch>> | undefined;
  #isDone = false;

  constructor(batches: AsyncIterable<Batch>) {
    this.#source = batches[Symbol.asyncIterator]();
  }

  /** Requests the batch that `next` will return. An error of the source is thrown by `next`. */
  request(): void {
    this.#requested ??= this.#source.next();
    this.#requested.catch(() => {});
  }

  /** The next batch, which belongs to the caller; undefined after the last. */
  async next(): Promise<Batch | undefined> {
    this.request();
    const { done, value } = await (this.#requested as Promise<IteratorResult<Batch>>);
    this.#requested = undefined;
    this.#isDone = done === true;
    return done ? undefined : value;
  }

  /** Ends the source early, and disposes of a batch that was requested and not taken. */
  async close(): Promise<void> {
    const left = await this.#requested?.catch(() => undefined);
    if (left && !left.done) tf.dispose([left.value.xs, left.value.ys]);
    if (!this.#isDone) await this.#source.return?.();
  }
}
