import { join } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { readSynsetWords } from '../class-words.js';
import { kindOf } from '../file-kind.js';
import type { IlsvrcSource, Split } from '../ilsvrc-source.js';
import type { Opening } from '../opening.js';
import { classFolderImages } from './folder-splits.js';
import { readKaggleLabels } from './kaggle-tables.js';
import { numberedImages } from './numbered-images.js';
import type { FoundImages } from './tar-splits.js';

/** The folder of the images in Kaggle's 'ImageNet Object Localization Challenge'. */
export const KAGGLE_FOLDER = 'ILSVRC/Data/CLS-LOC';

/** Opens Kaggle's layout, with labels in the order of `LOC_synset_mapping.txt`. */
export async function openKaggle(opening: Opening): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  const classes = await readSynsetWords(join(path, 'LOC_synset_mapping.txt'));
  const [train, val, test] = (['train', 'val', 'test'] as const).map((name) =>
    join(path, KAGGLE_FOLDER, name),
  ) as [string, string, string];
  const solution = join(path, 'LOC_val_solution.csv');
  const splits: Partial<Record<Split, FoundImages>> = {};
  const missing: string[] = [];
  if (await kindOf(train)) splits.train = await classFolderImages(train, classes, { signal });
  else missing.push(`${train} is missing: there are no training images.`);
  if (!(await kindOf(val))) missing.push(`${val} is missing: there are no validation images.`);
  else if (!(await kindOf(solution)))
    missing.push(`${val} is left out because its labels are missing; fetch LOC_val_solution.csv to ${path}.`);
  else splits.val = await numberedImages(val, await readKaggleLabels(solution, classes), opening);
  if (await kindOf(test))
    missing.push(`${test} is left out because the labels of its images were never published.`);
  return assembleSource(path, { layout: 'kaggle', classes, splits, missing });
}
