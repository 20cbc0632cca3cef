import { join } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { readWords } from '../class-words.js';
import { splitFolders } from '../devkit/ilsvrc-years.js';
import { firstPresent, kindOf } from '../file-kind.js';
import type { IlsvrcSource, Split } from '../ilsvrc-source.js';
import type { Opening } from '../opening.js';
import { parquetIn } from './find-parquet.js';
import { findShards } from './find-shards.js';
import { classFolderImages, folderImages, subfolders } from './folder-splits.js';
import { noImages } from './numbered-images.js';
import type { FoundImages } from './tar-splits.js';

/**
 * Opens `train/<class>/*`, `val/<class>/*` and `test/<class>/*`. The classes are the folders of the first of
 * these that exists.
 */
export async function openClasses(opening: Opening): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  const { folders, wnids, missing } = await classFolders(opening);
  missing.push(...(await unusedShards(path)));
  const words = await readWords(path);
  const classes = wnids.map((wnid) => ({ wnid, words: words.get(wnid) ?? wnid }));
  const splits: Partial<Record<Split, FoundImages>> = {};
  for (const [split, folder] of folders) {
    const images = await classFolderImages(folder, classes, { signal, allowEmpty: split !== 'train' });
    if (images.groups.every(({ count }) => count === 0)) throw noImages(folder);
    splits[split] = images;
  }
  return assembleSource(path, { layout: 'classes', classes, splits, missing });
}

/** A line for tars or Parquet files beside class folders that could be taken for shards of the data. */
async function unusedShards(path: string): Promise<string[]> {
  const tables = [await parquetIn(path), await parquetIn(join(path, 'data'))];
  const found = [await findShards(path), ...tables].map((shards) => Object.values(shards?.splits ?? {}));
  const shards = found.flat(2);
  if (shards.length === 0) return [];
  const more = shards.length > 1 ? ` and ${shards.length - 1} more are` : ' is';
  return [`${shards[0]}${more} left out: the class folders of ${path} are used.`];
}

const TITLES = { train: 'training', val: 'validation', test: 'test' };

/** The splits' folders that are divided into classes, and why others are left out. */
async function classFolders({ path, valFolder }: Opening): Promise<{
  folders: Map<Split, string>;
  wnids: readonly string[];
  missing: string[];
}> {
  const folders = new Map<Split, string>();
  const missing: string[] = [];
  let wnids: readonly string[] = [];
  for (const split of ['train', 'val', 'test'] as const) {
    if (split === valFolder) continue;
    const folder = await firstPresent(path, splitFolders(split, valFolder));
    if (split === 'val' && folder !== undefined)
      missing.push(...(await otherFolders(path, folder, valFolder)));
    if (folder === undefined || (await kindOf(folder)) !== 'folder') {
      const name = split === 'val' && valFolder !== undefined ? valFolder : split;
      if (split !== 'test')
        missing.push(`${join(path, name)} is missing: there are no ${TITLES[split]} images.`);
      continue;
    }
    const found = await subfolders(folder);
    const isOfClasses = found.length > 0 && (split !== 'test' || knowsAny(wnids, found));
    if (isOfClasses) {
      folders.set(split, folder);
      if (wnids.length === 0) wnids = found;
    } else await requireOther(split, folder, missing);
  }
  return { folders, wnids, missing };
}

/** A line for each further folder that could be taken for the validation split. */
async function otherFolders(path: string, used: string, valFolder?: string): Promise<string[]> {
  const names = splitFolders('val', valFolder).map((name) => join(path, name));
  const lines: string[] = [];
  for (const folder of names) {
    if (folder === used || (await kindOf(folder)) !== 'folder') continue;
    lines.push(`${folder} is left out: the validation images are taken from ${used}.`);
  }
  return lines;
}

/** Tiny ImageNet's `test/images` is not a class. */
function knowsAny(wnids: readonly string[], found: readonly string[]): boolean {
  return wnids.length === 0 || found.some((name) => wnids.includes(name));
}

/**
 * Handles a folder that is not divided into classes: an error for training or an empty `val`, otherwise a
 * line in `missing`.
 */
async function requireOther(split: Split, folder: string, missing: string[]): Promise<void> {
  if (split === 'train') throw new Error(`${folder} has no class folders; unpack the training set there.`);
  if (split === 'val' && (await folderImages(folder)).list.count === 0) throw noImages(folder);
  missing.push(`${folder} is left out: its images are not in class folders, so they have no labels.`);
}
