import { basename, join } from 'node:path';
import { findCifar } from './cifar/cifar-archives.js';
import { archiveNames, type IlsvrcYear, ilsvrcYears, splitFolders } from './devkit/ilsvrc-years.js';
import { firstPresent, kindOf } from './file-kind.js';
import { type IlsvrcSource, splits } from './ilsvrc-source.js';
import { findKaggle } from './layouts/find-kaggle.js';
import { findParquet } from './layouts/find-parquet.js';
import { openChallenge } from './layouts/open-challenge.js';
import { openCifar } from './layouts/open-cifar.js';
import { openClasses } from './layouts/open-classes.js';
import { openKaggle } from './layouts/open-kaggle.js';
import { openParquet } from './layouts/open-parquet.js';
import { openWebDataset, shardsAt } from './layouts/open-webdataset.js';
import { unpackedFolder } from './layouts/unpacked-folder.js';
import type { Opening } from './opening.js';

/** Opens the data set of a folder in the layout that was found. */
export type OpenLayout = () => Promise<IlsvrcSource>;

/**
 * Finds the layout of a folder by the names of its files and folders. Undefined if it has none, or only
 * images.
 */
export async function findLayout(opening: Opening): Promise<OpenLayout | undefined> {
  const { path } = opening;
  const kaggle = await findKaggle(path);
  if (kaggle && kaggle.images !== path) return () => openKaggle(opening, kaggle);
  const year = await yearAt(path);
  if (year && !(await isOfClasses(opening, year))) return () => openChallenge(opening, year);
  if (kaggle) return () => openKaggle(opening, kaggle);
  if (!(await unpackedFolder('train', opening))) {
    const shards = await shardsAt(path, true);
    const hasShards = splits.some((split) => shards.splits[split].length > 0);
    if (hasShards) return () => openWebDataset(opening, shards);
    const cifar = await findCifar(path);
    if (cifar) return () => openCifar(opening, cifar);
    const parquet = await findParquet(path);
    if (parquet) return () => openParquet(opening, parquet);
  }
  const names = splits.flatMap((split) => splitFolders(split, opening.valFolder));
  return (await firstPresent(path, names)) ? () => openClasses(opening) : undefined;
}

/** The year whose files are in a folder. @throws Error if there are files of two years. */
async function yearAt(path: string): Promise<IlsvrcYear | undefined> {
  const found: { year: IlsvrcYear; file: string }[] = [];
  for (const year of ilsvrcYears) {
    const own = splits.flatMap((split) => archiveNames(year, split));
    const file = await firstPresent(path, [...own, ...year.devkits, ...year.unlabelled]);
    if (file) found.push({ year, file: basename(file) });
  }
  const [first, second] = found;
  if (second) {
    throw new Error(
      `${path} holds ${first?.file} and ${second.file}, from different years; keep each year in its own folder.`,
    );
  }
  return first?.year;
}

/**
 * Whether the validation images were sorted into class folders, which then give the labels, and the training
 * images are not only in a tar.
 */
async function isOfClasses(opening: Opening, year: IlsvrcYear): Promise<boolean> {
  if (!(await unpackedFolder('val', opening))) return false;
  const isPacked = await kindOf(join(opening.path, year.archives.train));
  return !isPacked || (await unpackedFolder('train', opening)) !== undefined;
}
