import { basename, join } from 'node:path';
import { type Devkit, readDevkit, readLabels, type SplitLabels } from './devkit.js';
import { firstPresent, kindOf } from './file-kind.js';
import { classFolderImages, subfolders } from './folder-splits.js';
import type { IlsvrcSource, ImageClass, Split } from './ilsvrc-source.js';
import { type IlsvrcYear, splitNames } from './ilsvrc-years.js';
import { makeSource, type Opening } from './make-source.js';
import { numberedImages } from './numbered-split.js';
import { type FoundImages, trainTarImages, trainTarWnids } from './tar-splits.js';

/** Opens a year's challenge as published: tars as downloaded, or folders they were unpacked to, and the devkit. */
export async function openChallenge(opening: Opening, year: IlsvrcYear): Promise<IlsvrcSource> {
  const { path } = opening;
  const missing: string[] = [];
  const kit = await firstPresent(path, year.devkits);
  const devkit = kit === undefined ? undefined : await readDevkit(kit, year);
  const trainPlace = await firstPresent(path, splitNames(year, 'train'));
  const train = trainPlace === undefined ? undefined : await trainSplit(trainPlace, devkit, opening);
  if (!train) missing.push(`${join(path, year.archives.train ?? '')} is missing: no training pictures.`);
  const classes = devkit?.classes ?? train?.classes ?? [];
  const splits: Partial<Record<Split, FoundImages>> = train ? { train: train.images } : {};
  if (train && devkit) missing.push(...countedShort(train.images, devkit.trainImages, path));
  if (!devkit) {
    const order = train ? ' and their labels follow the order of names' : '';
    missing.push(
      `${join(path, year.devkits[0])} is missing: the classes have no words${order}, and no other pictures have labels.`,
    );
  }
  for (const split of ['val', 'test'] as const) {
    const place = await firstPresent(path, placesOf(opening, year, split));
    const labels = await labelsOf(split, year, path, devkit);
    if (place !== undefined && labels) splits[split] = await numberedImages(place, labels, opening);
    else if (year.archives[split] || place !== undefined) {
      missing.push(whyWithout(split, year, path, place, devkit));
    }
  }
  for (const name of year.unlabelled) {
    if (await kindOf(join(path, name))) missing.push(unpublished(join(path, name)));
  }
  const isTar = await firstPresent(path, Object.values(year.archives));
  return makeSource(opening, { layout: isTar ? 'tars' : 'folders', classes, splits, missing });
}

async function trainSplit(
  place: string,
  devkit: Devkit | undefined,
  opening: Opening,
): Promise<{ images: FoundImages; classes: readonly ImageClass[] }> {
  const { signal } = opening;
  const named = (wnids: string[]): ImageClass[] => wnids.map((wnid) => ({ wnid, words: wnid }));
  if ((await kindOf(place)) === 'folder') {
    const classes = devkit?.classes ?? named(await subfolders(place));
    return { classes, images: await classFolderImages(place, classes, { signal }) };
  }
  const source = await opening.files.open(place);
  const classes = devkit?.classes ?? named(await trainTarWnids(source, signal));
  return { classes, images: await trainTarImages(source, classes, signal) };
}

function placesOf({ valFolder }: Opening, year: IlsvrcYear, split: Split): string[] {
  const names = splitNames(year, split);
  return split === 'val' && valFolder !== undefined ? [valFolder, ...names] : names;
}

async function labelsOf(
  split: Split,
  year: IlsvrcYear,
  path: string,
  devkit: Devkit | undefined,
): Promise<SplitLabels | undefined> {
  const name = year.labels[split];
  if (!devkit || name === undefined) return undefined;
  if (devkit.splits[split]) return devkit.splits[split];
  const beside = await firstPresent(path, [name, join('data', name)]);
  return beside === undefined ? undefined : readLabels(beside, devkit.classes.length);
}

/** One line that says why a split is left out. */
function whyWithout(
  split: Split,
  year: IlsvrcYear,
  path: string,
  place: string | undefined,
  devkit: Devkit | undefined,
): string {
  const name = split === 'val' ? 'validation' : 'test';
  const archive = year.archives[split];
  if (place === undefined) return `${join(path, archive ?? '')} is missing: no ${name} pictures.`;
  const labels = year.labels[split];
  if (labels === undefined) return unpublished(place);
  const wanted = devkit ? join(path, labels) : join(path, year.devkits[0]);
  return `${place} is left out: its labels are missing, fetch ${basename(wanted)} to ${path}.`;
}

function unpublished(place: string): string {
  return `${place} is left out: the labels of these pictures were never published.`;
}

/** An unpacking that broke off leaves every class there but some without all of its pictures. */
function countedShort({ groups }: FoundImages, expected: number, path: string): string[] {
  const found = groups.reduce((sum, { count }) => sum + count, 0);
  if (expected === 0 || found >= expected) return [];
  return [`${path} has ${found} of the ${expected} training pictures that the devkit counts.`];
}
