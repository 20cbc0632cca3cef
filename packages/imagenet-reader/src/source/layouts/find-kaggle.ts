import { basename, join, resolve } from 'node:path';
import { firstPresent, kindOf } from '../file-kind.js';

/** Where the files of Kaggle's 'ImageNet Object Localization Challenge' are. */
export interface KaggleFolders {
  /** The folder of `train/`, `val/` and `test/`. */
  readonly images: string;
  /** The folders that may hold the tables, `LOC_synset_mapping.txt` and `LOC_val_solution.csv`. */
  readonly tables: readonly string[];
}

/** The folders from the tables down to the images. */
const FOLDERS = ['ILSVRC', 'Data', 'CLS-LOC'];

/** What the download has beside them and `train/`, `val/` and `test/`: boxes and lists of names, which need no mention. */
export const KAGGLE_NAMES: readonly string[] = [
  ...FOLDERS,
  'LOC_synset_mapping.txt',
  'LOC_val_solution.csv',
  'LOC_train_solution.csv',
  'LOC_sample_submission.csv',
  'Annotations',
  'ImageSets',
];

export const SYNSET_MAPPING = 'LOC_synset_mapping.txt';
export const VAL_SOLUTION = 'LOC_val_solution.csv';

/**
 * Finds Kaggle's files at a path that is any of their folders, from the one that holds `ILSVRC/` down to
 * `CLS-LOC`, or a folder with `val/` and `LOC_val_solution.csv`.
 */
export async function findKaggle(path: string): Promise<KaggleFolders | undefined> {
  for (const depth of FOLDERS.keys()) {
    const images = join(path, ...FOLDERS.slice(depth));
    if ((await kindOf(images)) === 'folder') return { images, tables: upTo(path, depth) };
  }
  const isHere = (await firstPresent(path, ['train', 'val'])) !== undefined;
  if (isHere && basename(resolve(path)) === FOLDERS.at(-1)) {
    return { images: path, tables: upTo(path, FOLDERS.length) };
  }
  const hasLabels = (await kindOf(join(path, VAL_SOLUTION))) === 'file';
  return hasLabels && (await kindOf(join(path, 'val'))) === 'folder'
    ? { images: path, tables: [path] }
    : undefined;
}

/** The path, and the folder so many levels above it. */
function upTo(path: string, levels: number): string[] {
  return levels === 0 ? [path] : [path, resolve(path, ...FOLDERS.slice(0, levels).map(() => '..'))];
}
