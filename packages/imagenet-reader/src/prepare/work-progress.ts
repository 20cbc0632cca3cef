import { readFile } from 'node:fs/promises';
import { replaceFile } from '@alexnet/durable-files';
import type { ShardFile, SkippedImage } from '../prepared/prepared-meta.js';
import type { SourceState } from '../prepared/source-file.js';
import { type Split, splits } from '../source/ilsvrc-source.js';
import type { FilesState } from '../source/source-state.js';
import { TrainingStatistics } from './training-statistics.js';

/** The finished part of a split. */
interface SplitProgress {
  /** Images of the source that are done, whether stored or skipped. */
  done: number;
  /** Images stored. */
  images: number;
  shards: ShardFile[];
  /**
   * The state of the files behind every shard, also of one whose images were all skipped; null if an older
   * version prepared it.
   */
  state: readonly (FilesState | null)[];
}

/**
 * The progress of `prepare`: always the first shards of every split, in order. One file holds all of it, so
 * that the committed shards and their statistics cannot disagree. The file has a line of JSON, then the
 * float64 sums of the training pixels in the machine's byte order.
 */
export class WorkProgress {
  readonly splits: Readonly<Record<Split, SplitProgress>>;
  skipped: SkippedImage[] = [];
  readonly #size: number;
  #statistics: TrainingStatistics;

  constructor(size: number) {
    this.#size = size;
    this.#statistics = new TrainingStatistics(size);
    this.splits = { train: nothing(), val: nothing(), test: nothing() };
  }

  /** The statistics of the training images that are done. */
  get statistics(): TrainingStatistics {
    return this.#statistics;
  }

  /** Number of images that are done, in all splits. */
  get done(): number {
    return splits.reduce((sum, split) => sum + this.splits[split].done, 0);
  }

  /** Number of shards that are done, in all splits. */
  get shards(): number {
    return splits.reduce((sum, split) => sum + this.splits[split].shards.length, 0);
  }

  /** The state of the files behind all shards. */
  get state(): SourceState {
    const { train, val, test } = this.splits;
    return { train: train.state, val: val.state, test: test.state };
  }

  /** Forgets what was done of a split. */
  restart(split: Split): void {
    Object.assign(this.splits[split], nothing());
    this.skipped = this.skipped.filter((image) => image.split !== split);
    if (split === 'train') this.#statistics = new TrainingStatistics(this.#size);
  }

  async write(file: string): Promise<void> {
    const { images, covariance, pixels } = this.statistics.sums();
    const line = JSON.stringify({ splits: this.splits, skipped: this.skipped, images, covariance });
    await replaceFile(file, Buffer.concat([Buffer.from(`${line}\n`), Buffer.from(pixels.buffer)]));
  }

  /** Reads the file of {@link write}; without such a file nothing is done yet. */
  static async read(file: string, size: number): Promise<WorkProgress> {
    const progress = new WorkProgress(size);
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!bytes) return progress;
    const end = bytes.indexOf('\n');
    const { splits: done, skipped, images, covariance } = JSON.parse(bytes.toString('utf8', 0, end));
    for (const split of splits) Object.assign(progress.splits[split], done[split]);
    progress.skipped.push(...skipped);
    const pixels = new Float64Array(size * size * 3);
    if (bytes.length !== end + 1 + pixels.byteLength) throw new Error(`${file} has sums of another size.`);
    Buffer.from(pixels.buffer).set(bytes.subarray(end + 1));
    progress.statistics.merge({ images, pixels, covariance });
    return progress;
  }
}

function nothing(): SplitProgress {
  return { done: 0, images: 0, shards: [], state: [] };
}
