import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Lock, replaceFile, syncFolder, takeLock } from '@alexnet/durable-files';
import {
  MEAN_FILE,
  metaText,
  PREPARED_KIND,
  PREPARED_VERSION,
  type PreparedMeta,
  type SplitMeta,
} from '../prepared/prepared-meta.js';
import { INDEX_ENTRY_BYTES, indexBytes } from '../prepared/shard-index.js';
import { SOURCE_FILE, sourceText } from '../prepared/source-file.js';
import { type IlsvrcSource, META_FILE, type Split, splits } from '../source/ilsvrc-source.js';
import { ImageReader } from '../source/image-reader.js';
import { compareFiles } from './changed-files.js';
import type { PrepareOptions } from './prepare-options.js';
import type { ShardResult, ShardTask } from './prepare-shard.js';
import { planDifference, type WorkPlan } from './work-plan.js';
import { WorkProgress } from './work-progress.js';

/** The folder in which `prepare` works until it is done. */
export function workPathOf(outDir: string): string {
  return `${outDir}.partial`;
}

/**
 * The folder `<outDir>.partial`, where the work of `prepare` is kept, also after its process has ended.
 *
 * `lock` says who is at work and `plan.json` on what. `shards/` holds shards being written, `data/` will be
 * `outDir`, and `progress` says how much of it is committed. A shard is first renamed into `data/`, then its
 * entries are added to the index, then `progress` is replaced. Everything beyond `progress` is written again,
 * with the same bytes.
 */
export class WorkFolder {
  readonly path: string;
  readonly #outDir: string;
  readonly #plan: WorkPlan;
  readonly #lock: Lock;
  readonly #data: string;
  /** The work that is committed. */
  readonly progress: WorkProgress;

  private constructor(outDir: string, plan: WorkPlan, lock: Lock, progress: WorkProgress) {
    this.#outDir = outDir;
    this.path = workPathOf(outDir);
    this.#data = join(this.path, 'data');
    this.#plan = plan;
    this.#lock = lock;
    this.progress = progress;
  }

  /**
   * Starts or resumes the work. A split of which an image has changed in the meantime is started again.
   *
   * @throws Error of one line if another process is at work or the folder holds other work.
   */
  static async open(
    source: IlsvrcSource,
    outDir: string,
    plan: WorkPlan,
    { onError = 'stop', signal, onWait }: PrepareOptions,
  ): Promise<WorkFolder> {
    const path = workPathOf(outDir);
    await mkdir(path, { recursive: true });
    const lock = await lockWork(path, onWait);
    try {
      const unfinished = await readPlan(path);
      const difference = unfinished ? planDifference({ ...plan }, unfinished) : '';
      if (difference) {
        throw new Error(
          `${path} holds other unfinished work (${difference}); resume that work, or delete ${path} to start over.`,
        );
      }
      if (!unfinished) await startWork(path, plan);
      const progress = await readProgress(path, plan, source, signal);
      const [skipped] = onError === 'stop' ? progress.skipped : [];
      if (skipped) {
        throw new Error(
          `${skipped.location} was skipped in the unfinished work; resume with onError: 'skip', or delete ${path} to start over.`,
        );
      }
      return new WorkFolder(outDir, plan, lock, progress);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The file to which a shard is written until it is complete. */
  shardFile(name: string): string {
    return join(this.path, 'shards', `${name}.${process.pid}`); // an orphan may still write to its own
  }

  /** Commits a shard. Shards must be committed in order. */
  async commit({ split, file, images }: ShardTask, result: ShardResult): Promise<void> {
    await this.#lock.check();
    const done = this.progress.splits[split];
    if (result.entries.length > 0) {
      const name = shardName(split, Math.floor(done.done / this.#plan.shardImages));
      await rename(file, join(this.#data, name));
      await this.#appendIndex(split, result.entries);
      const stored = result.entries.length / 3;
      done.shards.push({ file: name, bytes: result.bytes, images: stored, sha256: result.sha256 });
      done.images += stored;
    } else await rm(file, { force: true });
    const shard = Math.floor(done.done / this.#plan.shardImages);
    const earlier = Array.from({ length: shard }, (_, i) => done.state[i] ?? null);
    done.state = [...earlier, result.state];
    done.done += images.length;
    this.progress.skipped.push(...result.skipped);
    if (result.sums) this.progress.statistics.merge(result.sums);
    await syncFolder(this.#data);
    await this.progress.write(join(this.path, 'progress'));
  }

  /** Writes the files that describe all shards and renames the folder to `outDir`. */
  async finish(source: IlsvrcSource): Promise<PreparedMeta> {
    const { statistics, skipped } = this.progress;
    const written: Partial<Record<Split, SplitMeta>> = {};
    for (const split of splits) {
      if (source.counts[split] > 0) written[split] = await this.#finishSplit(split, source);
    }
    const mean = statistics.meanImage();
    const meanBytes = Buffer.alloc(mean.length * 4);
    for (const [i, value] of mean.entries()) meanBytes.writeFloatLE(value, i * 4);
    await replaceFile(join(this.#data, MEAN_FILE), meanBytes);
    const { size, format, shardImages, pictures } = this.#plan;
    const meta = {
      kind: PREPARED_KIND,
      version: PREPARED_VERSION,
      size,
      format,
      shardImages,
      pictures,
      classes: source.classes,
      channelMeans: statistics.channelMeans,
      meanImage: MEAN_FILE,
      meanImageSha256: sha256(meanBytes),
      pca: statistics.pca,
      covariance: statistics.sums().covariance,
      splits: written as PreparedMeta['splits'],
      skipped,
    } as const;
    await replaceFile(join(this.#data, SOURCE_FILE), sourceText(this.progress.state));
    const text = metaText(meta);
    await replaceFile(join(this.#data, META_FILE), text);
    await this.#lock.check();
    await rmdir(this.#outDir).catch(() => undefined); // it is empty, as checked before
    await rename(this.#data, this.#outDir);
    await syncFolder(dirname(this.#outDir));
    await rm(this.path, { recursive: true, force: true });
    return JSON.parse(text);
  }

  /** Releases the folder, so that another process can resume the work. */
  release(): Promise<void> {
    return this.#lock.release();
  }

  async #appendIndex(split: Split, entries: readonly number[]): Promise<void> {
    const { images, shards } = this.progress.splits[split];
    const index = await open(join(this.#data, indexName(split)), images === 0 ? 'w' : 'r+');
    try {
      await index.write(indexBytes(shards.length, entries), 0, undefined, images * INDEX_ENTRY_BYTES);
      await index.sync();
    } finally {
      await index.close();
    }
  }

  async #finishSplit(split: Split, source: IlsvrcSource): Promise<SplitMeta> {
    const { images, shards } = this.progress.splits[split];
    const index = indexName(split);
    const bytes = images > 0 ? await readFile(join(this.#data, index)) : Buffer.alloc(0);
    checkClasses(split, source, bytes);
    return { images, index, indexSha256: sha256(bytes), shards };
  }
}

/** Removes the rest of work whose result has been renamed. */
export async function removeFinishedWork(outDir: string): Promise<void> {
  const path = workPathOf(outDir);
  const names = await readdir(path).catch(() => ['data']);
  if (names.includes('data')) return; // nothing there, or other work
  const lock = await lockWork(path).catch(() => undefined); // held by a process that removes it
  if (!lock) return;
  await rm(path, { recursive: true, force: true });
  await lock.release();
}

function lockWork(path: string, onWait?: (line: string) => void): Promise<Lock> {
  return takeLock(join(path, 'lock'), { work: 'preparing the same folder', ...(onWait && { onWait }) });
}

async function startWork(path: string, plan: WorkPlan): Promise<void> {
  for (const name of ['shards', 'data', 'progress'])
    await rm(join(path, name), { recursive: true, force: true });
  await mkdir(join(path, 'shards'));
  await mkdir(join(path, 'data'));
  await replaceFile(join(path, 'plan.json'), `${JSON.stringify(plan, undefined, 1)}\n`);
}

/** The plan of unfinished work; undefined if there is none or its result was removed. */
async function readPlan(path: string): Promise<Record<string, unknown> | undefined> {
  const names = await readdir(path);
  if (!names.includes('plan.json') || !names.includes('data')) return undefined;
  return damagedUnless(path, async () => JSON.parse(await readFile(join(path, 'plan.json'), 'utf8')));
}

async function readProgress(
  path: string,
  plan: WorkPlan,
  source: IlsvrcSource,
  signal: AbortSignal | undefined,
): Promise<WorkProgress> {
  const progress = await damagedUnless(path, () => WorkProgress.read(join(path, 'progress'), plan.size));
  if (await restartChanged(progress, plan, source, signal)) await progress.write(join(path, 'progress'));
  const data = join(path, 'data');
  const valid = new Set<string>();
  for (const split of splits) {
    const { images, shards } = progress.splits[split];
    for (const { file, bytes } of shards) await checkLength(join(data, file), bytes, path);
    for (const { file } of shards) valid.add(file);
    if (images === 0) continue;
    const index = join(data, indexName(split));
    await checkLength(index, images * INDEX_ENTRY_BYTES, path);
    await truncate(index, images * INDEX_ENTRY_BYTES);
    valid.add(indexName(split));
  }
  for (const file of await readdir(data)) if (!valid.has(file)) await rm(join(data, file), { force: true });
  await rm(join(path, 'shards'), { recursive: true, force: true });
  await mkdir(join(path, 'shards'), { recursive: true });
  return progress;
}

/** Restarts every split of which an image has changed since its shard was written; true if one has. */
async function restartChanged(
  progress: WorkProgress,
  { shardImages }: WorkPlan,
  source: IlsvrcSource,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const reader = new ImageReader();
  try {
    const { state } = progress;
    const compared = await compareFiles(source, state, { reader, shardImages, signal });
    for (const split of splits) progress.splits[split].state = compared.state[split];
    for (const split of compared.changed) progress.restart(split);
    return compared.changed.length > 0;
  } finally {
    await reader.close();
  }
}

async function checkLength(file: string, least: number, path: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found && found.size >= least) return;
  const what = found ? `has ${found.size} bytes, not ${least}` : 'is missing';
  throw new Error(`${file} ${what}: the unfinished work is damaged; delete ${path} to start over.`);
}

async function damagedUnless<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`${path} cannot be read: the unfinished work is damaged; delete it to start over.`, {
      cause: error,
    });
  }
}

function checkClasses(split: Split, source: IlsvrcSource, index: Buffer): void {
  const perClass = new Uint32Array(source.classes.length);
  for (let at = 12; at < index.length; at += INDEX_ENTRY_BYTES) {
    const label = index.readUInt32LE(at);
    perClass[label] = (perClass[label] ?? 0) + 1;
  }
  const empty = split === 'train' ? perClass.indexOf(0) : -1;
  if (index.length > 0 && empty < 0) return;
  const subject = index.length === 0 ? split : `class ${source.classes[empty]?.wnid}`;
  throw new Error(`${source.path}: no image of ${subject} could be decoded; fetch it again.`);
}

/** `train-000012.tar`. */
export function shardName(split: Split, number: number): string {
  return `${split}-${String(number).padStart(6, '0')}.tar`;
}

function indexName(split: Split): string {
  return `${split}.index`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
