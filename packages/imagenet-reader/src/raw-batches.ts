import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import { type AugmentOptions, type ResolvedAugment, resolveAugment } from './augment-options.js';
import { fillView, type PixelChange } from './fill-view.js';
import { type Split, splits } from './ilsvrc-source.js';
import { colorShiftOf, epochOrder, viewsOf } from './image-draws.js';
import type { PreparedData } from './open-prepared.js';
import { readAhead } from './read-ahead.js';

/** Options of `PreparedData.batches` and `rawBatches`. */
export interface BatchOptions {
  readonly split: Split;
  /** Pictures a batch; 128, sec. 5. */
  readonly batchSize?: number;
  /** Part of every draw; 0. */
  readonly epoch?: number;
  /** Part of every draw; 0. */
  readonly seed?: number;
  /** Take the pictures in random order; true for `train`, false for `val`. */
  readonly shuffle?: boolean;
  readonly augment?: AugmentOptions;
  /** Batches made ahead while the consumer works; 1. */
  readonly prefetch?: number;
  /** Leave out the last batch where it is smaller; true for `train`, false for `val`. */
  readonly dropRemainder?: boolean;
  /** First batch to give, of the same epoch: how a run is resumed; 0. */
  readonly startBatch?: number;
  readonly signal?: AbortSignal;
}

/** A batch as typed arrays. */
export interface RawBatch {
  /** `[rows, cropSize, cropSize, 3]`, laid out as `shape` says. */
  readonly pixels: Float32Array;
  /** One a row: with ten views an image, ten equal ones. */
  readonly labels: Int32Array;
  /** Numbers of the pictures within the split, one an image. */
  readonly indices: Uint32Array;
  readonly shape: [rows: number, height: number, width: number, channels: number];
}

/** Batches of one epoch; every `for await` starts anew and gives the same bytes. */
export interface RawBatches extends AsyncIterable<RawBatch> {
  /** Batches in the whole epoch, whatever `startBatch`. */
  readonly size: number;
}

/** {@link RawBatches} of a chosen epoch. */
export interface EpochBatches extends RawBatches {
  ofEpoch(epoch: number, startBatch: number): AsyncGenerator<RawBatch>;
}

type Plan = Required<Omit<BatchOptions, 'augment' | 'signal'>> & {
  readonly augment: ResolvedAugment;
  readonly signal: AbortSignal | undefined;
  readonly size: number;
};

/** See `PreparedData.rawBatches`. @throws RangeError that names the option, if one is out of range. */
export function rawBatches(data: PreparedData, options: BatchOptions): EpochBatches {
  const plan = resolve(data, options);
  const ofEpoch = (epoch: number, startBatch: number): AsyncGenerator<RawBatch> => {
    const order = epochOrder(data.splits[plan.split].images, plan.shuffle, { seed: plan.seed, epoch });
    const make = (batch: number, signal: AbortSignal): Promise<RawBatch> =>
      makeBatch(data, { ...plan, epoch }, order, batch, signal);
    return readAhead(make, { from: startBatch, to: plan.size, ahead: plan.prefetch, signal: plan.signal });
  };
  return {
    size: plan.size,
    ofEpoch,
    [Symbol.asyncIterator]: () => ofEpoch(plan.epoch, plan.startBatch),
  };
}

async function makeBatch(
  data: PreparedData,
  plan: Plan,
  order: Uint32Array,
  batch: number,
  signal: AbortSignal,
): Promise<RawBatch> {
  const { augment, split } = plan;
  const first = batch * plan.batchSize;
  const indices = order.slice(first, first + plan.batchSize);
  const views = augment.crop === 'ten' ? 10 : 1;
  const side = augment.cropSize;
  const rowLength = side * side * 3;
  const pixels = new Float32Array(indices.length * views * rowLength);
  const labels = new Int32Array(indices.length * views);
  const fill = async (image: number, i: number): Promise<void> => {
    const read = await data.image(split, image);
    const change = pixelChange(data, plan, image);
    labels.fill(read.label, i * views, (i + 1) * views);
    for (const [v, view] of viewsOf(image, first + i, data.size, augment, plan).entries()) {
      fillView(pixels, (i * views + v) * rowLength, read.pixels, data.size, side, view, change);
    }
  };
  await pMap(indices, fill, { concurrency: availableParallelism() * 2, signal });
  return { pixels, labels, indices, shape: [indices.length * views, side, side, 3] };
}

function pixelChange(data: PreparedData, plan: Plan, image: number): PixelChange {
  const { mean, std, inputScale } = plan.augment;
  const scaled = (deviation: number): number => inputScale / deviation;
  return {
    channelMeans: mean === 'channel' ? data.channelMeans : typeof mean === 'string' ? [0, 0, 0] : mean,
    meanImage: mean === 'aligned' || mean === 'center' ? data.meanImage : undefined,
    isCentral: mean === 'center',
    shift: colorShiftOf(image, data.pca, plan.augment, plan),
    scale: [scaled(std[0]), scaled(std[1]), scaled(std[2])],
  };
}

function resolve(data: PreparedData, options: BatchOptions): Plan {
  const { split, signal } = options;
  if (!splits.includes(split)) {
    throw new RangeError(`split must be 'train', 'val' or 'test' (batches), got ${String(split)}.`);
  }
  const isTraining = split === 'train';
  const { batchSize = 128, epoch = 0, seed = 0, prefetch = 1, startBatch = 0 } = options;
  const { shuffle = isTraining, dropRemainder = isTraining } = options;
  const whole = { batchSize, epoch, prefetch, startBatch };
  for (const [name, value] of Object.entries(whole)) {
    const least = name === 'batchSize' ? 1 : 0;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${name} must be a whole number >= ${least} (batches), got ${value}.`);
    }
  }
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`seed must be a safe integer (batches), got ${seed}.`);
  const { images } = data.splits[split];
  if (images === 0)
    throw new RangeError(`split must be one that ${data.path} holds (batches), got ${split}.`);
  const size = dropRemainder ? Math.floor(images / batchSize) : Math.ceil(images / batchSize);
  if (size === 0) {
    throw new RangeError(
      `batchSize must be at most the ${images} pictures of ${split} unless dropRemainder is false (batches), got ${batchSize}.`,
    );
  }
  if (startBatch > size)
    throw new RangeError(`startBatch must be at most ${size} (batches), got ${startBatch}.`);
  const augment = resolveAugment(options.augment ?? {}, isTraining, data.size);
  return {
    split,
    batchSize,
    epoch,
    seed,
    shuffle,
    augment,
    prefetch,
    dropRemainder,
    startBatch,
    signal,
    size,
  };
}
