import { join } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { type Devkit, readDevkit, readLabels, type SplitLabels } from '../devkit/devkit.js';
import { type IlsvrcYear, splitNames } from '../devkit/ilsvrc-years.js';
import { firstPresent, kindOf } from '../file-kind.js';
import type { IlsvrcSource, ImageClass, Split } from '../ilsvrc-source.js';
import type { Opening } from '../opening.js';
import { classFolderImages, subfolders } from './folder-splits.js';
import { noImages, numberedImages } from './numbered-images.js';
import { patchedImages, readPatches } from './patched-images.js';
import { type FoundImages, trainTarImages, trainTarWnids } from './tar-splits.js';
import { unpackedFolder, unusedArchive } from './unpacked-folder.js';
import { unusedEntries } from './unused-entries.js';

/** What has been found so far. */
interface Found {
  readonly splits: Partial<Record<Split, FoundImages>>;
  readonly missing: string[];
}

/**
 * Opens a year's challenge as published: the downloaded tars, or the folders they were unpacked to, and the
 * devkit. Class folders are used rather than tars, also for validation images that were sorted into them.
 */
export async function openChallenge(opening: Opening, year: IlsvrcYear): Promise<IlsvrcSource> {
  const { path } = opening;
  const found: Found = { splits: {}, missing: [] };
  const kit = await firstPresent(path, year.devkits);
  const devkit = kit === undefined ? undefined : await readDevkit(kit, year);
  const classes = await findTrain(found, opening, year, devkit);
  for (const split of ['val', 'test'] as const) {
    if (await findSorted(split, found, opening, year, classes)) continue;
    await findNumbered(split, found, opening, year, devkit);
  }
  for (const name of year.unlabelled) {
    if (await kindOf(join(path, name))) found.missing.push(unpublished(join(path, name)));
  }
  found.missing.push(...(await unusedEntries(path, (name) => namesOf(year, opening).includes(name))));
  const isTar = await firstPresent(path, Object.values(year.archives));
  return assembleSource(path, {
    layout: isTar ? 'tars' : 'folders',
    classes,
    splits: await withPatches(found.splits, year, opening),
    missing: found.missing,
  });
}

/** The names that a year's files and folders may have, those that are said to be left out included. */
function namesOf(year: IlsvrcYear, { valFolder = 'val' }: Opening): string[] {
  const splits = (['train', 'val', 'test'] as const).flatMap((split) => splitNames(year, split));
  const { devkits, labels, unlabelled, patch = '' } = year;
  return [...splits, valFolder, ...devkits, ...Object.values(labels), 'data', ...unlabelled, patch];
}

/**
 * Finds the training split. Returns the classes of the devkit, or without one the classes in the order of
 * names.
 */
async function findTrain(
  { splits, missing }: Found,
  opening: Opening,
  year: IlsvrcYear,
  devkit: Devkit | undefined,
): Promise<readonly ImageClass[]> {
  const { path, files, signal } = opening;
  const unpacked = await unpackedFolder('train', opening);
  const location = unpacked ?? (await firstPresent(path, splitNames(year, 'train')));
  if (unpacked !== undefined) missing.push(...(await unusedArchive('train', year, path, unpacked)));
  if (!devkit) {
    const order = location === undefined ? '' : ', and training labels follow the order of class names';
    const isSorted = (await unpackedFolder('val', opening)) !== undefined;
    const labels = isSorted ? '' : 'validation and test images have no labels, ';
    missing.push(`${join(path, year.devkits[0])} is missing: ${labels}classes have no words${order}.`);
  }
  if (location === undefined) {
    missing.push(`${join(path, year.archives.train)} is missing: there are no training images.`);
    return devkit?.classes ?? [];
  }
  const tar = (await kindOf(location)) === 'folder' ? undefined : await files.open(location);
  const wnids = async (): Promise<string[]> => (tar ? trainTarWnids(tar, signal) : subfolders(location));
  const classes = devkit?.classes ?? (await wnids()).map((wnid) => ({ wnid, words: wnid }));
  splits.train = tar
    ? await trainTarImages(tar, classes, signal)
    : await classFolderImages(location, classes, { signal });
  if (devkit) missing.push(...tooFewImages(splits.train, devkit.trainImages, path));
  return classes;
}

/** Finds a split whose images were sorted into class folders, as `valprep.sh` does. */
async function findSorted(
  split: 'val' | 'test',
  { splits, missing }: Found,
  opening: Opening,
  year: IlsvrcYear,
  classes: readonly ImageClass[],
): Promise<boolean> {
  const folder = await unpackedFolder(split, opening);
  if (folder === undefined) return false;
  const known = new Set(classes.map(({ wnid }) => wnid));
  if (split === 'test' && !(await subfolders(folder)).some((name) => known.has(name))) return false;
  const images = await classFolderImages(folder, classes, { signal: opening.signal, allowEmpty: true });
  if (images.groups.every(({ count }) => count === 0)) throw noImages(folder, images.leftOut);
  splits[split] = images;
  missing.push(...(await unusedArchive(split, year, opening.path, folder)));
  return true;
}

async function findNumbered(
  split: 'val' | 'test',
  { splits, missing }: Found,
  opening: Opening,
  year: IlsvrcYear,
  devkit: Devkit | undefined,
): Promise<void> {
  const { path, valFolder } = opening;
  const own = split === 'val' && valFolder !== undefined ? [valFolder] : [];
  const location = await firstPresent(path, [...own, ...splitNames(year, split)]);
  const labels = await labelsOf(split, year, path, devkit);
  if (location !== undefined && labels) splits[split] = await numberedImages(location, labels, opening);
  else if (year.archives[split] !== undefined || location !== undefined) {
    missing.push(whyMissing(split, year, path, location, devkit));
  }
}

async function withPatches(
  splits: Partial<Record<Split, FoundImages>>,
  { patch }: IlsvrcYear,
  { path, files, signal }: Opening,
): Promise<Partial<Record<Split, FoundImages>>> {
  const file = patch === undefined ? undefined : await firstPresent(path, [patch]);
  if (file === undefined) return splits;
  const patches = await readPatches(await files.open(file), signal);
  return Object.fromEntries(
    Object.entries(splits).map(([split, images]) => [split, patchedImages(images, patches)]),
  );
}

async function labelsOf(
  split: 'val' | 'test',
  year: IlsvrcYear,
  path: string,
  devkit: Devkit | undefined,
): Promise<SplitLabels | undefined> {
  const name = year.labels[split];
  if (!devkit || name === undefined) return undefined;
  if (devkit.splits[split]) return devkit.splits[split];
  const file = await firstPresent(path, [name, join('data', name)]);
  return file === undefined ? undefined : readLabels(file, devkit.classes.length);
}

/** One line that says why a split is missing or left out. */
function whyMissing(
  split: 'val' | 'test',
  year: IlsvrcYear,
  path: string,
  location: string | undefined,
  devkit: Devkit | undefined,
): string {
  const name = split === 'val' ? 'validation' : 'test';
  const archive = year.archives[split];
  if (location === undefined) return `${join(path, archive ?? '')} is missing: there are no ${name} images.`;
  const labels = year.labels[split];
  if (labels === undefined) return unpublished(location);
  const fileToFetch = devkit ? labels : year.devkits[0];
  return `${location} is left out because its labels are missing; fetch ${fileToFetch} to ${path}.`;
}

function unpublished(location: string): string {
  return `${location} is left out because the labels of its images were never published.`;
}

/** After an interrupted unpacking every class may be there, but some of them incomplete. */
function tooFewImages({ groups }: FoundImages, expected: number, path: string): string[] {
  const found = groups.reduce((sum, { count }) => sum + count, 0);
  if (expected === 0 || found >= expected) return [];
  return [`${path} has ${found} of the ${expected} training images that the devkit lists.`];
}
