import { join, relative, sep } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { readWords } from '../class-words.js';
import { ilsvrcYears, splitFolders as splitNames } from '../devkit/ilsvrc-years.js';
import { firstPresent, kindOf } from '../file-kind.js';
import type { IlsvrcSource, Split } from '../ilsvrc-source.js';
import { byName } from '../image-names.js';
import type { Opening } from '../opening.js';
import { printable } from '../printable.js';
import { tableLines } from '../table-lines.js';
import { ANNOTATIONS, annotatedImages } from './annotated-images.js';
import { parquetIn } from './find-parquet.js';
import { findShards } from './find-shards.js';
import { classFolderImages, folderImages, IMAGES_FOLDER } from './folder-splits.js';
import { entriesOf } from './list-folder.js';
import { noImages } from './numbered-images.js';
import { type SplitFolder, splitFolder } from './split-folder.js';
import type { FoundImages } from './tar-splits.js';
import { unusedArchive } from './unpacked-folder.js';
import { unusedEntries } from './unused-entries.js';

/**
 * Opens `train/<class>/*`, `val/<class>/*` and `test/<class>/*`, also with a folder `images` in every class,
 * and Tiny ImageNet, whose `val/images/*` have their labels in `val/val_annotations.txt`. The classes are
 * the folders of the first of these that exists, in the order of their names.
 */
export async function openClasses(opening: Opening): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  const { folders, wnids, missing } = await splitFolders(opening);
  missing.push(...(await unlistedClasses(path, wnids)), ...(await unusedFiles(opening, folders)));
  const words = await readWords(path);
  const classes = wnids.map((wnid) => ({ wnid, words: words.get(wnid) ?? wnid }));
  const splits: Partial<Record<Split, FoundImages>> = {};
  for (const [split, { folder, table, except }] of folders) {
    if (table !== undefined) {
      const annotated = await annotatedImages(folder, table, classes);
      splits[split] = annotated.images;
      missing.push(...annotated.missing);
      continue;
    }
    const images = await classFolderImages(folder, classes, {
      signal,
      except,
      allowEmpty: split !== 'train',
    });
    if (images.groups.every(({ count }) => count === 0)) throw noImages(folder, images.leftOut);
    splits[split] = images;
  }
  return assembleSource(path, { layout: 'classes', classes, splits, missing });
}

/** A line if `wnids.txt` of Tiny ImageNet lists other classes; its order is not that of the labels. */
async function unlistedClasses(path: string, wnids: readonly string[]): Promise<string[]> {
  const file = join(path, 'wnids.txt');
  if ((await kindOf(file)) !== 'file') return [];
  const listed = new Set((await tableLines(file)).map(({ text }) => text).filter((text) => text !== ''));
  const absent = [...listed].filter((wnid) => !wnids.includes(wnid));
  const strange = wnids.filter((wnid) => !listed.has(wnid));
  const [first = ''] = absent.length > 0 ? absent : strange;
  if (first === '') return [];
  const [number, what] =
    absent.length > 0 ? [absent.length, 'missing'] : [strange.length, 'not in that list'];
  return [
    `${file} lists ${listed.size} classes and there are ${wnids.length}: ${number} are ${what}, such as ${printable(first)}.`,
  ];
}

/**
 * Lines for tars or Parquet files beside class folders that could be taken for the data, and one for the rest.
 */
async function unusedFiles(
  { path, valFolder }: Opening,
  folders: ReadonlyMap<Split, SplitFolder>,
): Promise<string[]> {
  const lines: string[] = [];
  for (const year of ilsvrcYears)
    for (const [split, { folder }] of folders)
      lines.push(...(await unusedArchive(split, year, path, folder)));
  const tables = [await parquetIn(path), await parquetIn(join(path, 'data'))];
  const found = [await findShards(path), ...tables].map((shards) => Object.values(shards?.splits ?? {}));
  const shards = found.flat(2);
  const [first] = shards;
  const more = shards.length > 1 ? ` and ${shards.length - 1} more are` : ' is';
  if (first !== undefined) lines.push(`${first}${more} left out: the class folders of ${path} are used.`);
  const known = (['train', 'val', 'test'] as const).flatMap((split) => splitNames(split, valFolder));
  const used = new Set([...known, ...splitNames('val'), 'words.txt', 'wnids.txt']);
  for (const shard of shards) used.add(relative(path, shard).split(sep)[0] as string);
  const isSaid = (name: string): boolean =>
    lines.some((line) => line.startsWith(`${join(path, name)} is left out`));
  return [...lines, ...(await unusedEntries(path, (name) => used.has(name) || isSaid(name)))];
}

const TITLES = { train: 'training', val: 'validation' };

/** The folders of the splits with labels, and why others are left out. */
async function splitFolders({ path, valFolder }: Opening): Promise<{
  folders: Map<Split, SplitFolder>;
  wnids: readonly string[];
  missing: string[];
}> {
  const folders = new Map<Split, SplitFolder>();
  const missing: string[] = [];
  let wnids: readonly string[] = [];
  for (const split of ['train', 'val', 'test'] as const) {
    if (split === valFolder) continue;
    const folder = await firstPresent(path, splitNames(split, valFolder));
    if (split === 'val' && folder !== undefined)
      missing.push(...(await otherFolders(path, folder, valFolder)));
    if (folder === undefined || (await kindOf(folder)) !== 'folder') {
      const name = split === 'val' && valFolder !== undefined ? valFolder : split;
      if (split !== 'test') missing.push(absent(join(path, name), split));
      continue;
    }
    const found = await splitFolder(folder, wnids);
    if (found && (split !== 'test' || knowsAny(wnids, found.wnids))) {
      folders.set(split, found);
      missing.push(...found.missing);
      if (wnids.length === 0) wnids = found.wnids;
    } else await requireOther(split, folder, missing);
  }
  validateOnTest(path, folders, missing);
  return { folders, wnids, missing };
}

/** Takes the test images for validation, if they have labels and there is no validation folder. */
function validateOnTest(path: string, folders: Map<Split, SplitFolder>, missing: string[]): void {
  const test = folders.get('test');
  const isAbsent = missing.indexOf(absent(join(path, 'val'), 'val'));
  if (!test || !folders.has('train') || isAbsent < 0) return;
  folders.delete('test');
  folders.set('val', test);
  missing[isAbsent] = `${join(path, 'val')} is missing: the validation images are taken from ${test.folder}.`;
}

function absent(folder: string, split: 'train' | 'val'): string {
  return `${folder} is missing: there are no ${TITLES[split]} images.`;
}

/** A line for each further folder that could be taken for the validation split. */
async function otherFolders(path: string, used: string, valFolder?: string): Promise<string[]> {
  const names = splitNames('val', valFolder).map((name) => join(path, name));
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
 * Handles a folder whose images have no labels: an error for training or an empty `val`, otherwise a line in
 * `missing`.
 */
async function requireOther(split: Split, folder: string, missing: string[]): Promise<void> {
  if (split === 'train') throw await noClassFolders(folder);
  const below = join(folder, IMAGES_FOLDER);
  const isBelow = (await kindOf(below)) === 'folder';
  const { list, leftOut } = await folderImages(folder);
  if (split === 'val' && list.count === 0 && !isBelow) throw noImages(folder, leftOut);
  const hint = isBelow && split === 'val' ? `; fetch ${ANNOTATIONS} to ${folder}` : '';
  missing.push(`${folder} is left out: its images are not in class folders, so they have no labels${hint}.`);
}

/** The error for a training folder, which may hold the tars of the classes from inside the training tar. */
async function noClassFolders(folder: string): Promise<Error> {
  const tars = (await entriesOf(folder)).map(({ name }) => name).filter((name) => /^n\d{8}\.tar$/.test(name));
  const [first, ...others] = tars.sort(byName);
  if (first === undefined) {
    return new Error(`${folder} has no class folders; unpack the training set there.`);
  }
  const what = others.length === 0 ? first : `${first} and ${others.length} more`;
  return new Error(
    `${folder} has no class folders but ${what}; unpack each tar into a folder of its name, such as ${join(folder, first.slice(0, -4))}.`,
  );
}
