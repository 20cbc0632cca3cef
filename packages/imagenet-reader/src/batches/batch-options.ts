import { cpuCount } from '@alexnet/machine';
import { requireOneOf, requireWhole } from '@alexnet/validate';
import { type Split, splits } from '../source/ilsvrc-source.js';
import { type AugmentOptions, type ResolvedAugment, resolveAugment } from './augment-options.js';

/** Options of `PreparedData.batches`. */
export interface BatchOptions {
  readonly split: Split;
  /** Images per batch; 128, sec. 5. */
  readonly batchSize?: number;
  /** Part of every draw; 0. */
  readonly epoch?: number;
  /** Part of every draw; 0. */
  readonly seed?: number;
  /** Shuffle the images; true for `train`, false for the other splits. */
  readonly shuffle?: boolean;
  readonly augment?: AugmentOptions;
  /**
   * Worker threads that make batches; a quarter of the CPUs that this process may use, at least 1. With 0 the caller's
   * thread makes them and waits for the disk. The batches are bit-identical for any number of threads.
   */
  readonly workers?: number;
  /** Batches made ahead while the consumer works; `workers` + 1. Each takes 77 MB at the paper's size. */
  readonly prefetch?: number;
  /** Leave out the last batch if it is smaller; true for `train`, false for the other splits. */
  readonly dropRemainder?: boolean;
  /** The first batch of the epoch to return, for resuming a run; 0. */
  readonly startBatch?: number;
  readonly signal?: AbortSignal;
}

/** Options of `PreparedData.rawBatches`. */
export interface RawBatchOptions extends BatchOptions {
  /**
   * Reuse the memory of earlier batches, which the threads share; false. A batch, and a tensor made of it, is
   * then valid only until the next batch is requested. New memory takes longer to allocate than to fill.
   */
  readonly reuse?: boolean;
}

/** Options of `PreparedData.pixelBatches`. Pixels are not changed, so there is no mean, scale or noise. */
export interface PixelBatchOptions extends Omit<RawBatchOptions, 'augment'> {
  readonly augment?: Pick<AugmentOptions, 'crop' | 'cropSize' | 'mirror' | 'crops'>;
}

/** Options with every default filled in. */
export interface ResolvedBatches extends Required<Omit<RawBatchOptions, 'augment' | 'signal'>> {
  readonly augment: ResolvedAugment;
  readonly signal: AbortSignal | undefined;
  /** Batches in an epoch. */
  readonly size: number;
}

/** The data against which options are checked. */
interface Known {
  readonly path: string;
  readonly size: number;
  readonly splits: Readonly<Record<Split, { readonly images: number }>>;
}

/** @throws RangeError that names the option, the rule and the value if one is invalid. */
export function resolveBatches(data: Known, options: RawBatchOptions): ResolvedBatches {
  const { split, signal } = options;
  requireOneOf('split', split, splits, 'batches');
  const { images } = data.splits[split];
  if (images === 0) {
    throw new RangeError(`split must have images in ${data.path} (batches), got ${split}.`);
  }
  const isTraining = split === 'train';
  const { batchSize = 128, epoch = 0, seed = 0, startBatch = 0, reuse = false } = options;
  const { shuffle = isTraining, dropRemainder = isTraining } = options;
  const { workers = Math.max(1, Math.floor(cpuCount() / 4)) } = options;
  const { prefetch = workers + 1 } = options;
  const whole = { batchSize, epoch, workers, prefetch, startBatch };
  for (const [name, value] of Object.entries(whole)) {
    requireWhole(name, value, name === 'batchSize' ? 1 : 0, 'batches');
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`seed must be a safe integer (batches), got ${seed}.`);
  }
  const size = dropRemainder ? Math.floor(images / batchSize) : Math.ceil(images / batchSize);
  if (size === 0) {
    throw new RangeError(
      `batchSize must be at most the ${images} images of ${split} unless dropRemainder is false (batches), got ${batchSize}.`,
    );
  }
  if (startBatch > size) {
    throw new RangeError(`startBatch must be at most ${size} (batches), got ${startBatch}.`);
  }
  const augment = resolveAugment(options.augment ?? {}, isTraining, data.size);
  return { split, ...whole, seed, shuffle, augment, dropRemainder, reuse, signal, size };
}

/** @throws RangeError if an option would change the pixels, or is invalid. */
export function resolvePixelBatches(data: Known, options: PixelBatchOptions): ResolvedBatches {
  const { augment = {} } = options;
  for (const name of ['mean', 'std', 'pca', 'inputScale']) {
    const value = (augment as Record<string, unknown>)[name];
    if (value === undefined) continue;
    throw new RangeError(
      `${name} must be left out because pixels are not changed (pixelBatches), got ${JSON.stringify(value)}.`,
    );
  }
  return resolveBatches(data, options);
}
