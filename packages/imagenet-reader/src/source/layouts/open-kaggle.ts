import { join } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { readSynsetWords } from '../class-words.js';
import { kindOf } from '../file-kind.js';
import type { IlsvrcSource, ImageClass, Split } from '../ilsvrc-source.js';
import type { Opening } from '../opening.js';
import { KAGGLE_NAMES, type KaggleFolders, SYNSET_MAPPING, VAL_SOLUTION } from './find-kaggle.js';
import { classFolderImages, subfolders } from './folder-splits.js';
import { readKaggleLabels } from './kaggle-tables.js';
import { noImages, numberedImages } from './numbered-images.js';
import type { FoundImages } from './tar-splits.js';
import { unusedEntries } from './unused-entries.js';

/**
 * Opens Kaggle's layout, with labels in the order of `LOC_synset_mapping.txt` or, without it, of the class
 * folders' names. Validation images have their labels by `LOC_val_solution.csv` or by class folders.
 */
export async function openKaggle(opening: Opening, folders: KaggleFolders): Promise<IlsvrcSource> {
  const { path, signal, valFolder = 'val' } = opening;
  const [train, val, test] = ['train', valFolder, 'test'].map((name) => join(folders.images, name)) as [
    string,
    string,
    string,
  ];
  const splits: Partial<Record<Split, FoundImages>> = {};
  const missing: string[] = [];
  const isSorted = (await kindOf(val)) === 'folder' && (await subfolders(val)).length > 0;
  const classes = await classesOf(
    folders,
    (await kindOf(train)) ? train : isSorted ? val : undefined,
    missing,
  );
  if (await kindOf(train)) splits.train = await classFolderImages(train, classes, { signal });
  else missing.push(`${train} is missing: there are no training images.`);
  if (!(await kindOf(val))) missing.push(`${val} is missing: there are no validation images.`);
  else if (isSorted) splits.val = await sortedImages(val, classes, opening);
  else {
    const solution = await table(folders, VAL_SOLUTION);
    if (solution === undefined) missing.push(unlabelled(val, path, VAL_SOLUTION));
    else if (classes.length === 0) missing.push(unlabelled(val, path, SYNSET_MAPPING));
    else splits.val = await numberedImages(val, await readKaggleLabels(solution, classes), opening);
  }
  if (test !== val && (await kindOf(test)))
    missing.push(`${test} is left out because the labels of its images were never published.`);
  missing.push(...(await unusedFiles(path, folders, valFolder)));
  return assembleSource(path, { layout: 'kaggle', classes, splits, missing });
}

/** Lines for what lies beside Kaggle's files, at the path and in the folder of the images. */
async function unusedFiles(path: string, { images }: KaggleFolders, valFolder: string): Promise<string[]> {
  const known = new Set([...KAGGLE_NAMES, 'train', 'val', 'test', valFolder]);
  const lines = await Promise.all(
    [...new Set([path, images])].map((folder) => unusedEntries(folder, (name) => known.has(name))),
  );
  return lines.flat();
}

async function sortedImages(
  val: string,
  classes: readonly ImageClass[],
  { signal }: Opening,
): Promise<FoundImages> {
  const images = await classFolderImages(val, classes, { signal, allowEmpty: true });
  if (images.groups.every(({ count }) => count === 0)) throw noImages(val, images.leftOut);
  return images;
}

/** The classes of the mapping, or those of the class folders in a folder. */
async function classesOf(
  folders: KaggleFolders,
  folder: string | undefined,
  missing: string[],
): Promise<readonly ImageClass[]> {
  const mapping = await table(folders, SYNSET_MAPPING);
  if (mapping !== undefined) return readSynsetWords(mapping);
  missing.push(
    `${join(folders.tables[0] ?? '', SYNSET_MAPPING)} is missing: classes have no words, and labels follow the order of class names.`,
  );
  const wnids = folder === undefined ? [] : await subfolders(folder);
  return wnids.map((wnid) => ({ wnid, words: wnid }));
}

async function table({ tables }: KaggleFolders, name: string): Promise<string | undefined> {
  for (const folder of tables) if (await kindOf(join(folder, name))) return join(folder, name);
  return undefined;
}

function unlabelled(val: string, path: string, file: string): string {
  return `${val} is left out because its labels are missing; fetch ${file} of Kaggle's data to ${path}, or sort its images into class folders with valprep.sh.`;
}
