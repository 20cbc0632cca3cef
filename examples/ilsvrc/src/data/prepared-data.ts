import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type IlsvrcSource,
  isPrepared,
  openIlsvrc,
  openPrepared,
  type PreparedData,
  sourceDifference,
  splitValidation,
} from '@alexnet/imagenet-reader';
import { UsageError } from '../cli/errors.js';
import { requireWritable } from '../cli/require-writable.js';
import { say } from '../cli/say.js';
import { embeddedData } from './embedded-data.js';
import { prepareWithProgress, sayMissing, sayPlan } from './prepare-with-progress.js';
import { withWords } from './with-words.js';

/** Where data is kept, and what happens to an image that cannot be read. */
export interface DataFolderOptions {
  /** The folder that keeps embedded and prepared data between runs. */
  dataFolder: string;
  onError: 'stop' | 'skip';
}

/** The number of images in each split. */
export type ImageCounts = IlsvrcSource['counts'];

/** Options of {@link preparedData}. */
export interface DataOptions extends DataFolderOptions {
  /**
   * A folder in a layout of {@link openIlsvrc}, or one that `alexnet prepare` wrote; absent: the embedded
   * data set.
   */
  path?: string | undefined;
  embedded: { trainPerClass: number; valPerClass: number };
  /** The fraction of the training images to validate on, for data that has no validation images. */
  valFraction?: number | undefined;
  signal: AbortSignal;
  /** Refuses data by the number of its images, before it is prepared and after. */
  requireCounts?: (path: string, counts: ImageCounts) => void;
  /** Refuses data that has changed since it was prepared, which a resumed run cannot use. */
  isResumed?: boolean;
}

/**
 * Opens the data of a run, with ImageNet's words for classes that have only their IDs. Draws the embedded data set and
 * prepares data if that was not done before.
 */
export async function preparedData(options: DataOptions): Promise<PreparedData> {
  const { path, embedded, valFraction, dataFolder, onError, signal } = options;
  if (path && (await isPrepared(path))) {
    if (valFraction === undefined) return openChecked(path, options);
    throw new UsageError(`${path} is prepared, so its images can no longer be split; give --val-fraction to alexnet prepare.`); // biome-ignore format: one line
  }
  const dir = path ?? (await embeddedData(dataFolder, embedded, signal));
  const source = await openSource(dir, { valFraction, signal });
  try {
    say(
      `  ${source.counts.train} training and ${source.counts.val} validation images of ${source.classes.length} classes (${source.path})`,
    );
    sayMissing(source);
    options.requireCounts?.(source.path, source.counts);
    const target = path ? await preparedPath(source, options) : `${source.path}-prepared`;
    if (await isPrepared(target)) {
      say(`  already prepared: ${target}`);
    } else {
      requireWritable(target, '--data-folder');
      await sayPlan(source, target, { signal });
      await prepareWithProgress(source, target, { onError, signal });
    }
    return await openChecked(target, options); // again, since images may have been skipped
  } finally {
    await source.close();
  }
}

/** @throws what `requireCounts` throws. */
async function openChecked(path: string, { requireCounts }: DataOptions): Promise<PreparedData> {
  const data = await openPrepared(path);
  try {
    const { train, val, test } = data.splits;
    requireCounts?.(path, { train: train.images, val: val.images, test: test.images });
    return { ...data, classes: await withWords(data.classes) };
  } catch (error) {
    await data.close();
    throw error;
  }
}

/**
 * Opens a data set and holds a fraction of its training images out for validation, if one is given. The seed
 * of the draw is always 0, so runs with different seeds have the same data and can be averaged.
 *
 * @throws UsageError if the data set has validation images or a class is too small to be split.
 */
export async function openSource(
  path: string,
  { valFraction: fraction, signal }: { valFraction?: number | undefined; signal: AbortSignal },
): Promise<IlsvrcSource> {
  const source = await openIlsvrc(path, { signal });
  if (fraction === undefined) return source;
  try {
    return await splitValidation(source, { fraction, signal });
  } catch (error) {
    await source.close();
    signal.throwIfAborted();
    throw new UsageError(`--val-fraction ${fraction}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The folder of a data set's prepared copy: the newest copy whose images are still those of the data set, or
 * else a new one. Older copies stay for the runs that used them.
 *
 * @throws Error if the data set has changed and `isResumed`.
 */
async function preparedPath(
  source: IlsvrcSource,
  { dataFolder, valFraction, isResumed, signal }: DataOptions,
): Promise<string> {
  const path = resolve(source.path);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  const held = valFraction === undefined ? '' : `-val${valFraction}`;
  const name = `${basename(path)}-prepared-${hash}${held}`;
  const copies = await copiesOf(dataFolder, name);
  let newest: { target: string; difference: string } | undefined;
  for (const copy of copies) {
    const target = join(dataFolder, numbered(name, copy));
    const difference = await sourceDifference(source, target, { signal });
    if (difference === '') return target;
    if (copy !== copies[0]) continue;
    newest = { target, difference };
  }
  if (newest && isResumed) throw changedData(source.path, `: ${newest.difference}`);
  if (newest) {
    say(`  ${newest.target} was prepared before the data changed: ${newest.difference}`);
    say('  the data is prepared again; remove that folder if you no longer need it');
  }
  return join(dataFolder, numbered(name, (copies[0] ?? 0) + 1));
}

/** The error of a run that cannot be resumed because its data has changed. */
export function changedData(path: string, difference = ''): Error {
  return new Error(
    `${path} has changed since the run started${difference}, so the run cannot be resumed; restore the data, or start a new run.`,
  );
}

/** The numbers of the finished copies, the newest first. */
async function copiesOf(dataFolder: string, name: string): Promise<number[]> {
  const folders = await readdir(dataFolder).catch(() => []);
  return folders
    .filter((folder) => folder === name || folder.startsWith(`${name}-`))
    .filter((folder) => existsSync(join(dataFolder, folder, 'meta.json')))
    .map((folder) => (folder === name ? 1 : Number(folder.slice(name.length + 1))))
    .filter((copy) => copy > 0)
    .sort((a, b) => b - a);
}

function numbered(name: string, copy: number): string {
  return copy === 1 ? name : `${name}-${copy}`;
}
