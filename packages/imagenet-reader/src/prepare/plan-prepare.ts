import { rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { cpuCount, temporaryFolder } from '@alexnet/machine';
import { type IlsvrcSource, type SourceImage, type Split, splits } from '../source/ilsvrc-source.js';
import { ImageReader } from '../source/image-reader.js';
import { checkTraining } from './check-training.js';
import { checkPrepareOptions, type PrepareOptions, spread } from './prepare-options.js';
import { prepareShard } from './prepare-shard.js';
import { PrioritySemaphore } from './priority-semaphore.js';
import { workPathOf } from './work-folder.js';
import { WorkProgress } from './work-progress.js';

/** The time and space that {@link planPrepare} expects. */
export interface PreparePlan {
  readonly images: Readonly<Record<Split, number>>;
  /** Images already done by unfinished work in `<outDir>.partial`. */
  readonly done: number;
  /** Time for the rest on this machine at its present load. */
  readonly seconds: number;
  /** Bytes that the rest will occupy. */
  readonly bytes: number;
  /** Free bytes on the disk of `outDir`. */
  readonly freeBytes: number;
  /** Cores that will be used. */
  readonly cores: number;
  /** Images that were prepared for the estimate. */
  readonly sampled: number;
}

const WARM_UP = 8;
const MOST_SAMPLES = 64;
const SAMPLE_MS = 2000;

/**
 * Estimates the time and disk space that `prepare(source, outDir, options)` will take. It prepares a few
 * images from all parts of the source, which takes some two seconds, and removes them.
 *
 * @throws RangeError for a bad option; Error that names the image if one cannot be read, or the class if
 *   `prepare` would refuse the source because one has no training images.
 * @example
 * const { seconds, bytes, freeBytes } = await planPrepare(source, '/data/ilsvrc-256');
 */
export async function planPrepare(
  source: IlsvrcSource,
  outDir: string,
  options: PrepareOptions = {},
): Promise<PreparePlan> {
  checkPrepareOptions(options);
  await checkTraining(source, options.signal);
  const path = resolve(outDir);
  const images = source.counts;
  const total = splits.reduce((sum, split) => sum + images[split], 0);
  const { size = 256 } = options;
  const done = await WorkProgress.read(join(workPathOf(path), 'progress'), size).then(
    (progress) => progress.done,
    () => 0, // of another size, which prepare will report
  );
  const near = await nearestFolder(path);
  const warm = await prepareSample(source, Math.min(WARM_UP, total), near, options);
  const fitting = Math.floor(SAMPLE_MS / (warm.ms / warm.images));
  const sample = await prepareSample(
    source,
    Math.min(total, Math.max(WARM_UP, Math.min(MOST_SAMPLES, fitting))),
    near,
    options,
  );
  const { workers, threads } = spread(options);
  const here = Math.min(4, cpuCount()); // the sample ran on libuv's four threads
  const cores = Math.min(cpuCount(), Math.max(1, workers) * threads);
  return {
    images,
    done,
    seconds: (((total - done) * sample.ms) / sample.images / 1000) * (here / cores),
    bytes: Math.ceil(((total - done) * sample.bytes) / sample.images),
    freeBytes: await freeBytesIn(near),
    cores,
    sampled: warm.images + sample.images,
  };
}

/** Prepares images at equal distances in the source, in a temporary file; `near` is used if TMPDIR cannot be. */
async function prepareSample(
  source: IlsvrcSource,
  count: number,
  near: string,
  options: PrepareOptions,
): Promise<{ images: number; ms: number; bytes: number }> {
  const { size = 256, format = 'jpg', signal } = options;
  const { concurrency } = spread({ ...options, workers: 0 });
  const images = await pick(source, count);
  const folder = await temporaryFolder('alexnet-plan-', [near]);
  const reader = new ImageReader();
  try {
    const task = { split: 'train', file: join(folder, 'sample.tar'), first: 0, images } as const;
    const settings = { size, format, onError: 'skip', concurrency } as const;
    const context = {
      reader,
      semaphore: new PrioritySemaphore(concurrency),
      rank: 0,
      onImage: () => undefined,
    };
    const started = performance.now();
    const { bytes } = await prepareShard(task, settings, { ...context, ...(signal && { signal }) });
    return { images: images.length, ms: performance.now() - started, bytes };
  } finally {
    await reader.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function pick(source: IlsvrcSource, count: number): Promise<SourceImage[]> {
  const total = splits.reduce((sum, split) => sum + source.counts[split], 0);
  const picked: SourceImage[] = [];
  for (let i = 0; i < count; i++) {
    let before = Math.floor(((i + 0.5) * total) / count);
    for (const split of splits) {
      if (before >= 0 && before < source.counts[split]) picked.push(await imageAt(source, split, before));
      before -= source.counts[split];
    }
  }
  return picked;
}

async function imageAt(source: IlsvrcSource, split: Split, number: number): Promise<SourceImage> {
  for await (const image of source.images(split, number)) return image;
  throw new Error(`${source.path} ends before image ${number} of ${split}; open it again.`);
}

/** The nearest folder above the path that exists, or the path itself. */
async function nearestFolder(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isFolder || dirname(path) === path ? path : nearestFolder(dirname(path));
}

async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
