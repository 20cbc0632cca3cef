import type { RgbPca, Triple } from '@alexnet/augment-pca';
import type { ImageFormat } from '../prepared/image-format.js';
import { readAhead } from '../prepared/read-ahead.js';
import type { IndexReader } from '../prepared/shard-index.js';
import type { Split } from '../source/ilsvrc-source.js';
import type { ResolvedBatches } from './batch-options.js';
import type { BatchPlan } from './batch-plan.js';
import { type BatchSource, startBatches } from './batch-source.js';
import { drawBatch, epochOrder } from './image-draws.js';
import { pixelChange } from './pixel-change.js';
import type { AnyBatch, RawBatch } from './raw-batch.js';

/** Batches of one epoch. Every `for await` starts from the beginning and returns the same bytes. */
export interface RawBatches<Pixels extends Float32Array | Uint8Array = Float32Array>
  extends AsyncIterable<RawBatch<Pixels>> {
  /** Number of batches in the whole epoch, whatever `startBatch` is. */
  readonly size: number;
  /**
   * Share of the time since the epoch's first batch was requested that the consumer waited for batches: 0 if
   * it never waited, near 1 if the trainer is starved. It refers to the latest epoch; 0 before the first.
   */
  readonly starved: number;
}

/** {@link RawBatches} of a chosen epoch. */
export interface EpochBatches<Pixels extends Float32Array | Uint8Array> extends RawBatches<Pixels> {
  ofEpoch(epoch: number, startBatch: number): AsyncGenerator<RawBatch<Pixels>>;
}

/** The data from which batches are made; see `PreparedData`. */
export interface BatchedData {
  readonly path: string;
  readonly size: number;
  readonly format: ImageFormat;
  readonly channelMeans: Triple;
  readonly meanImage: Float32Array;
  readonly pca: RgbPca;
  readonly splits: Readonly<Record<Split, { readonly images: number }>>;
  /** Paths of the shards. */
  readonly shards: Readonly<Record<Split, readonly string[]>>;
  readonly indexes: Readonly<Record<Split, IndexReader>>;
  /** The sources that are making batches now; they are closed with the data. */
  readonly making: Set<BatchSource>;
  throwIfClosed(): void;
}

/** See `PreparedData.rawBatches` and `pixelBatches`. */
export function rawBatches<Dtype extends BatchPlan['dtype']>(
  data: BatchedData,
  options: ResolvedBatches,
  dtype: Dtype,
): EpochBatches<Dtype extends 'uint8' ? Uint8Array : Float32Array>;
export function rawBatches(
  data: BatchedData,
  options: ResolvedBatches,
  dtype: BatchPlan['dtype'],
): EpochBatches<Float32Array | Uint8Array> {
  const { split, batchSize, seed, augment, shuffle, size, prefetch, workers, reuse, signal } = options;
  const { images } = data.splits[split];
  let meter = new WaitMeter();
  async function* ofEpoch(epoch: number, startBatch: number): AsyncGenerator<AnyBatch> {
    data.throwIfClosed();
    signal?.throwIfAborted();
    meter = new WaitMeter();
    const order = epochOrder(images, shuffle, { seed, epoch });
    const draws = { seed, epoch, augment, imageSize: data.size, pca: data.pca };
    const source = startBatches(planOf(data, options, dtype), workers);
    const make = (batch: number, stopped: AbortSignal): Promise<AnyBatch> => {
      const first = batch * batchSize;
      const job = drawBatch(order.slice(first, first + batchSize), first, draws);
      return source.make(batch, job, stopped);
    };
    data.making.add(source);
    try {
      let batch = startBatch;
      const range = { from: startBatch, to: size, ahead: prefetch, signal };
      for await (const made of meter.measure(readAhead(make, range))) {
        yield made;
        if (reuse) source.recycle(batch, made);
        batch++;
      }
    } finally {
      data.making.delete(source);
      await source.close();
    }
  }
  return {
    size,
    get starved() {
      return meter.share;
    },
    ofEpoch,
    [Symbol.asyncIterator]: () => ofEpoch(options.epoch, options.startBatch),
  };
}

function planOf(
  data: BatchedData,
  { split, augment, reuse }: ResolvedBatches,
  dtype: BatchPlan['dtype'],
): BatchPlan {
  const { size, format } = data;
  const [shards, index] = [data.shards[split], data.indexes[split].words];
  const { cropSize } = augment;
  const change = pixelChange(data, augment);
  return { dtype, isReused: reuse, split, size, format, shards, index, cropSize, change };
}

/** Measures how long a consumer waits. */
class WaitMeter {
  #started = Number.NaN;
  #ended = Number.NaN;
  #waited = 0;

  /** Time spent waiting divided by the time since the first item was requested. */
  get share(): number {
    const whole = this.#ended - this.#started;
    return whole > 0 ? this.#waited / whole : 0;
  }

  async *measure<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
    this.#started = performance.now();
    let asked = this.#started;
    for await (const item of items) {
      this.#ended = performance.now();
      this.#waited += this.#ended - asked;
      yield item;
      asked = performance.now();
      this.#ended = asked;
    }
  }
}
