import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { RgbPca, Triple } from '@alexnet/augment-pca';
import { type IlsvrcSource, type Split, splits } from './ilsvrc-source.js';
import type { ImageFormat } from './image-format.js';
import { prepareSplit, type SplitProgress } from './prepare-split.js';
import {
  imagesOf,
  MEAN_FILE,
  META_FILE,
  PREPARED_KIND,
  PREPARED_VERSION,
  type PreparedMeta,
  type SkippedImage,
  type SplitMeta,
} from './prepared-meta.js';
import { TrainingStatistics } from './training-statistics.js';

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /** Side of the stored squares in pixels; 256, sec. 2. */
  readonly size?: number;
  /** `jpg`, some 20 to 40 kB a picture at 256, or `rgb`, 192 kB and no decoding; `jpg`. */
  readonly format?: ImageFormat;
  /** Pictures a shard; 1024. */
  readonly shardImages?: number;
  /** What to do with a picture that cannot be decoded: stop, or leave it out and name it in the report; `stop`. */
  readonly onError?: 'stop' | 'skip';
  /** Pictures in work at a time; the machine's cores. The files written do not depend on it. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Called after every picture. */
  readonly onProgress?: (progress: SplitProgress) => void;
}

/** What {@link prepare} did. */
export interface PrepareReport {
  readonly path: string;
  readonly images: Readonly<Record<Split, number>>;
  /** Bytes of all shards. */
  readonly bytes: number;
  readonly channelMeans: Triple;
  readonly pca: RgbPca;
  /** Pictures left out because of `onError: 'skip'`. */
  readonly skipped: readonly SkippedImage[];
}

/**
 * Writes a data set as fixed-size squares in tar shards, with an index and the training set's mean and colour statistics.
 *
 * Every picture: shorter side to `size`, central square (Krizhevsky et al. 2012, sec. 2). The statistics are of the training
 * split, of the pixels before JPEG coding. Everything goes to a folder `<outDir>.partial-*` that is renamed at the end, and
 * removed if anything fails: `outDir` is whole or not there. Equal input gives equal bytes.
 *
 * @throws RangeError for a bad option; Error of one line, naming the file, if a picture cannot be read (unless skipped), a
 * class is left without pictures, `outDir` is not empty, or the disk is full; an error called AbortError on `signal`.
 * @example
 * const report = await prepare(source, '/data/ilsvrc-256', { onProgress: ({ done, total }) => bar.update(done / total) });
 */
export async function prepare(
  source: IlsvrcSource,
  outDir: string,
  options: PrepareOptions = {},
): Promise<PrepareReport> {
  checkOptions(options);
  const path = resolve(outDir);
  await checkVacant(path);
  let temporary: string | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    temporary = await mkdtemp(`${path}.partial-`);
    const whole = join(temporary, 'data'); // mkdtemp's own folder is for its owner only
    await mkdir(whole);
    const meta = await writeAll(source, whole, options);
    options.signal?.throwIfAborted();
    await rmdir(path).catch(() => undefined); // an empty folder, as checked
    await rename(whole, path);
    await rmdir(temporary);
    return report(meta, path);
  } catch (error) {
    if (temporary) await rm(temporary, { recursive: true, force: true });
    throw explain(error, path, options.signal);
  }
}

async function writeAll(source: IlsvrcSource, dir: string, options: PrepareOptions): Promise<PreparedMeta> {
  const { size = 256, format = 'jpg', shardImages = 1024, onError = 'stop' } = options;
  const { concurrency = availableParallelism(), signal, onProgress } = options;
  const statistics = new TrainingStatistics(size);
  const skipped: SkippedImage[] = [];
  const settings = {
    source,
    dir,
    size,
    format,
    shardImages,
    onError,
    concurrency,
    signal,
    onProgress,
    skipped,
  };
  const written: { train: SplitMeta } & Partial<Record<Split, SplitMeta>> = {
    train: await prepareSplit('train', { ...settings, statistics }),
  };
  for (const split of splits) {
    if (split !== 'train' && source.counts[split] > 0) written[split] = await prepareSplit(split, settings);
  }
  const mean = statistics.meanImage();
  const bytes = Buffer.alloc(mean.length * 4);
  for (const [i, value] of mean.entries()) bytes.writeFloatLE(value, i * 4);
  await writeFile(join(dir, MEAN_FILE), bytes, { flush: true });
  const meta: PreparedMeta = {
    kind: PREPARED_KIND,
    version: PREPARED_VERSION,
    size,
    format,
    classes: source.classes,
    channelMeans: statistics.channelMeans,
    meanImage: MEAN_FILE,
    pca: statistics.pca,
    covariance: statistics.covariance.toJSON(),
    splits: written,
    skipped,
  };
  await writeFile(join(dir, META_FILE), `${JSON.stringify(meta, undefined, 1)}\n`, { flush: true });
  return meta;
}

function report(meta: PreparedMeta, path: string): PrepareReport {
  const { channelMeans, pca, skipped } = meta;
  const shards = splits.flatMap((split) => meta.splits[split]?.shards ?? []);
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const images = imagesOf(meta);
  return { path, images, bytes, channelMeans, pca, skipped };
}

function checkOptions(options: PrepareOptions): void {
  for (const name of ['size', 'shardImages', 'concurrency'] as const) {
    const value = options[name];
    if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
      throw new RangeError(`${name} must be a whole number >= 1 (prepare), got ${value}.`);
    }
  }
  const { format = 'jpg', onError = 'stop' } = options;
  if (format !== 'jpg' && format !== 'rgb') {
    throw new RangeError(`format must be 'jpg' or 'rgb' (prepare), got ${String(format)}.`);
  }
  if (onError !== 'stop' && onError !== 'skip') {
    throw new RangeError(`onError must be 'stop' or 'skip' (prepare), got ${String(onError)}.`);
  }
}

async function checkVacant(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${path} cannot be used (${error.code}); give a folder that does not exist yet.`, {
      cause: error,
    });
  });
  if (names.length > 0)
    throw new Error(`${path} is not empty; remove it, or give a folder that does not exist yet.`);
}

const REMEDY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space or choose another disk',
  EDQUOT: 'the disk quota is used up: free some space or choose another disk',
  EFBIG: 'a shard is too large for this file system: set shardImages lower',
  EACCES: 'writing is not permitted: choose another folder',
  EPERM: 'writing is not permitted: choose another folder',
  EROFS: 'the file system is read-only: choose another folder',
};

/** Turns an error of the file system into a line that says what to do. */
function explain(error: unknown, path: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) {
    const stopped = new Error(
      `${path} was not written: preparing was stopped, and what was done is removed.`,
      { cause: error },
    );
    stopped.name = 'AbortError';
    return stopped;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const remedy = REMEDY[code];
  return remedy
    ? new Error(`${path} was not written, ${remedy} (${code}); nothing is left behind.`, { cause: error })
    : error;
}
