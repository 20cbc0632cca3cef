import { readdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RgbPca, Triple } from '@alexnet/augment-pca';
import { pMapIterable } from 'p-map';
import { isPrepared } from '../prepared/is-prepared.js';
import { imagesOf, type PreparedMeta, type SkippedImage } from '../prepared/prepared-meta.js';
import { readMeta } from '../prepared/read-meta.js';
import { type IlsvrcSource, type SourceImage, type Split, splits } from '../source/ilsvrc-source.js';
import { checkTraining } from './check-training.js';
import { explainFailure } from './prepare-failure.js';
import { checkPrepareOptions, type PrepareOptions, spread } from './prepare-options.js';
import type { ShardResult, ShardTask } from './prepare-shard.js';
import { forkedPool, localPool, type ShardPool } from './shard-pool.js';
import { filesDifference } from './source-difference.js';
import { removeFinishedWork, shardName, WorkFolder } from './work-folder.js';
import { planDifference, type WorkPlan, workPlan } from './work-plan.js';

/** The result of {@link prepare}. */
export interface PrepareReport {
  readonly path: string;
  readonly images: Readonly<Record<Split, number>>;
  /** Bytes of all shards. */
  readonly bytes: number;
  readonly channelMeans: Triple;
  readonly pca: RgbPca;
  /** Images that were skipped by `onError: 'skip'`. */
  readonly skipped: readonly SkippedImage[];
  /** Shards kept from an earlier run; all of them if `outDir` was already finished. */
  readonly resumed: number;
}

/**
 * Writes a data set as squares of one size in tar shards, with an index and the training set's mean and
 * colour statistics.
 *
 * The shorter side of every image is scaled to `size`, then the central square is kept (Krizhevsky et al.
 * 2012, sec. 2). The statistics are those of the training split, measured before JPEG encoding. The work is
 * done in `<outDir>.partial`, which is renamed at the end, so `outDir` is either complete or absent. However
 * a run ends, the same call resumes it and ends with the same bytes. If `outDir` is finished, its report is
 * returned at once. Equal input gives equal bytes, whatever `workers` and `concurrency`.
 *
 * @throws RangeError for a bad option. Error of one line that names the file if an image cannot be read, or
 *   cannot be decoded and is not skipped, there is no training split, a class has no images or none left,
 *   `outDir` holds something else, another process is preparing it, or the disk is full. AbortError on
 *   `signal`. Finished shards are kept.
 * @example
 * const onProgress = ({ done, total }) => bar.update(done / total);
 * const report = await prepare(source, '/data/ilsvrc-256', { onProgress });
 */
export async function prepare(
  source: IlsvrcSource,
  outDir: string,
  options: PrepareOptions = {},
): Promise<PrepareReport> {
  checkPrepareOptions(options);
  const path = resolve(outDir);
  const { size = 256, format = 'jpg', shardImages = 1024, signal } = options;
  await checkTraining(source, signal);
  const plan = await workPlan(source, { size, format, shardImages }, signal);
  const finished = await finishedReport(source, path, plan, signal);
  if (finished) return finished;
  let work: WorkFolder | undefined;
  try {
    work = await WorkFolder.open(source, path, plan, options);
    // Asked again under the lock: another process may have finished the work in between.
    const meanwhile = await finishedReport(source, path, plan, signal);
    if (meanwhile) return meanwhile;
    const resumed = work.progress.shards;
    await writeShards(source, work, plan, options);
    signal?.throwIfAborted();
    return report(await work.finish(source), path, resumed);
  } catch (error) {
    throw explainFailure(error, { path, work, signal });
  } finally {
    await work?.release();
  }
}

/** Writes the missing shards, several at a time, and commits them in order. */
async function writeShards(
  source: IlsvrcSource,
  work: WorkFolder,
  plan: WorkPlan,
  options: PrepareOptions,
): Promise<void> {
  const { signal, onProgress } = options;
  const total = splits.reduce((sum, split) => sum + source.counts[split], 0);
  const resumed = work.progress.done;
  let done = resumed;
  onProgress?.({ done, total, resumed });
  if (done === total) return;
  const pool = openPool(options);
  const running = new Set<Promise<boolean>>();
  const run = (task: ShardTask): Promise<[ShardTask, ShardResult]> => {
    const result = pool.run(task, (images) => {
      done += images;
      if (!signal?.aborted) onProgress?.({ done, total, resumed });
    });
    const end: Promise<boolean> = result.then(
      () => running.delete(end), // a result holds megabytes
      () => running.delete(end), // thrown below when its turn comes
    );
    running.add(end);
    return result.then((value) => [task, value]);
  };
  const stop = (): void => void pool.close(); // shards in progress fail, which ends the loop below
  signal?.addEventListener('abort', stop, { once: true });
  const limits = { concurrency: pool.shards, backpressure: pool.shards * 2 };
  const results = pMapIterable(tasks(source, work, plan), run, limits)[Symbol.asyncIterator]();
  try {
    await commitAll(results, work, signal);
  } finally {
    signal?.removeEventListener('abort', stop);
    const ended = results.return?.().catch(() => undefined); // no more tasks are started
    await pool.close();
    await ended;
    await Promise.allSettled(running); // the caller may close the source next
  }
}

async function commitAll(
  results: AsyncIterator<[ShardTask, ShardResult]>,
  work: WorkFolder,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const next = await results.next();
    if (next.done) return;
    await work.commit(...next.value);
  }
}

async function* tasks(source: IlsvrcSource, work: WorkFolder, plan: WorkPlan): AsyncGenerator<ShardTask> {
  for (const split of splits) {
    let first = work.progress.splits[split].done;
    let images: SourceImage[] = [];
    const task = (): ShardTask => {
      const file = work.shardFile(shardName(split, Math.floor(first / plan.shardImages)));
      return { split, file, first, images };
    };
    if (first >= source.counts[split]) continue;
    for await (const image of source.images(split, first)) {
      images.push(image);
      if (images.length < plan.shardImages) continue;
      yield task();
      first += images.length;
      images = [];
    }
    if (images.length > 0) yield task();
  }
}

function openPool(options: PrepareOptions): ShardPool {
  const { size = 256, format = 'jpg', onError = 'stop' } = options;
  const { workers, threads, concurrency } = spread(options);
  const settings = { size, format, onError, concurrency };
  return workers === 0 ? localPool(settings) : forkedPool(settings, workers, threads);
}

function report(meta: PreparedMeta, path: string, resumed: number): PrepareReport {
  const { channelMeans, pca, skipped } = meta;
  const shards = splits.flatMap((split) => meta.splits[split]?.shards ?? []);
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  return { path, images: imagesOf(meta), bytes, channelMeans, pca, skipped, resumed };
}

/**
 * The report of a folder that is already prepared; undefined if there is none yet. @throws Error if it holds
 * something else.
 */
async function finishedReport(
  source: IlsvrcSource,
  path: string,
  plan: WorkPlan,
  signal: AbortSignal | undefined,
): Promise<PrepareReport | undefined> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${path} cannot be used (${error.code}); choose a folder that does not exist yet.`, {
      cause: error,
    });
  });
  if (names.length === 0) return checkRenamable(path);
  if (!(await isPrepared(path)))
    throw new Error(`${path} is not empty; remove it, or choose a folder that does not exist yet.`);
  const meta = await readMeta(path);
  const difference =
    planDifference({ ...plan }, { ...meta, version: plan.version }) ||
    (await filesDifference(source, path, { meta, signal }));
  if (difference) {
    throw new Error(
      `${path} was prepared from another source or with other options (${difference}); remove it, or choose a folder that does not exist yet.`,
    );
  }
  await removeFinishedWork(path);
  const shards = splits.reduce((sum, split) => sum + (meta.splits[split]?.shards.length ?? 0), 0);
  return report(meta, path, shards);
}

/**
 * Refuses a mount point. An empty folder is replaced at the end, which fails for a mount point, and hours
 * later would be too late to say so.
 */
async function checkRenamable(path: string): Promise<undefined> {
  const [own, parent] = await Promise.all(
    [path, dirname(path)].map((dir) => stat(dir).catch(() => undefined)),
  );
  if (own && parent && own.dev !== parent.dev)
    throw new Error(`${path} is the root of a disk, which cannot be replaced; choose a folder inside it.`);
}
