import type { ImageClass } from '../source/ilsvrc-source.js';
import {
  type BatchOptions,
  type PixelBatchOptions,
  type RawBatchOptions,
  resolveBatches,
  resolvePixelBatches,
} from './batch-options.js';
import { type BatchDataset, batches } from './batches.js';
import { type BatchedData, type EpochBatches, type RawBatches, rawBatches } from './raw-batches.js';

/** The data from which batches are made, and the classes of their labels. */
export interface PreparedBatchesOptions extends Omit<BatchedData, 'making' | 'throwIfClosed'> {
  readonly classes: readonly ImageClass[];
}

/** The batches of a prepared folder, of every kind. */
export class PreparedBatches {
  readonly #data: BatchedData;
  readonly #classes: number;
  #closed: Error | undefined;

  constructor({ classes, ...data }: PreparedBatchesOptions) {
    const throwIfClosed = (): void => {
      if (this.#closed) throw this.#closed;
    };
    this.#data = { ...data, making: new Set(), throwIfClosed };
    this.#classes = classes.length;
  }

  /** See `PreparedData.batches`. */
  tensors(options: BatchOptions): BatchDataset {
    return batches(this.raw({ ...options, reuse: false }), options, this.#classes);
  }

  /** See `PreparedData.rawBatches`. */
  raw(options: RawBatchOptions): EpochBatches<Float32Array> {
    return rawBatches(this.#data, resolveBatches(this.#data, options), 'float32');
  }

  /** See `PreparedData.pixelBatches`. */
  pixels(options: PixelBatchOptions): RawBatches<Uint8Array> {
    return rawBatches(this.#data, resolvePixelBatches(this.#data, options), 'uint8');
  }

  /** Ends all iterations in progress. */
  async close(): Promise<void> {
    const closed = new Error(`${this.#data.path} cannot be read: the prepared data was closed.`);
    this.#closed ??= closed;
    await Promise.all([...this.#data.making].map((source) => source.close(closed)));
  }
}
