import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openByteSource } from './byte-source.js';
import { findCifar, isPackedCifar, notUnpacked } from './cifar/cifar-archives.js';
import { archiveNames, type IlsvrcYear, ilsvrcYears, splitFolders } from './devkit/ilsvrc-years.js';
import { firstPresent, kindOf } from './file-kind.js';
import { type IlsvrcSource, splits } from './ilsvrc-source.js';
import { folderImages, subfolders } from './layouts/folder-splits.js';
import { openChallenge } from './layouts/open-challenge.js';
import { openCifar } from './layouts/open-cifar.js';
import { openClasses } from './layouts/open-classes.js';
import { openFlat, wnidOf } from './layouts/open-flat.js';
import { KAGGLE_FOLDER, openKaggle } from './layouts/open-kaggle.js';
import { openWebDataset, shardsAt } from './layouts/open-webdataset.js';
import { OpenFiles, type Opening } from './opening.js';
import { tarEntries } from './tar/tar-entries.js';

/** Options of {@link openIlsvrc}. */
export interface OpenIlsvrcOptions {
  /** Name of the validation folder in layouts of folders. The default is `val`, `valid` or `validation`. */
  readonly valFolder?: string;
  /** Stops the listing, which takes some minutes for ILSVRC's training tar. */
  readonly signal?: AbortSignal;
}

const FOLDER_TO_GIVE = 'give the folder that holds ILSVRC2012_img_train.tar or train/.';

/**
 * Opens a data set as published. It may be ILSVRC-2012 or -2010 as downloaded (tars stay packed) or unpacked
 * with its devkit, Kaggle's layout (`ILSVRC/Data/CLS-LOC`), `train/<class>/*` with `val/<class>/*`,
 * WebDataset shards, the unpacked batches of CIFAR-10 or CIFAR-100, or images named `<wnid>_<name>` in one
 * folder or tar. Without a devkit, `words.txt` (`<class><TAB><words>`) may name the classes.
 *
 * It opens if any split has images with labels; `missing` lists what a complete data set would have in
 * addition.
 *
 * @throws Error of one line that names the file or folder and says what to do if nothing can be used, or if
 *   something is cut off, damaged or contradictory. Incomplete data is never accepted silently.
 * @example
 * const source = await openIlsvrc('/data/ilsvrc');
 * console.log(source.layout, source.counts, source.missing);
 * for await (const image of source.images('val')) console.log(image.name, source.classes[image.label]);
 * await source.close();
 */
export async function openIlsvrc(path: string, options: OpenIlsvrcOptions = {}): Promise<IlsvrcSource> {
  const kind = await kindOf(path);
  if (!kind) throw new Error(`${path} does not exist; ${FOLDER_TO_GIVE}`);
  const files = new OpenFiles();
  const opening = { path, files, valFolder: options.valFolder, signal: options.signal };
  try {
    return await (kind === 'file' ? openTar(opening) : openFolder(opening));
  } finally {
    await files.close();
  }
}

async function openFolder(opening: Opening): Promise<IlsvrcSource> {
  const { path } = opening;
  if (await kindOf(join(path, KAGGLE_FOLDER))) return openKaggle(opening);
  const year = await yearAt(path);
  if (year && !(await isOfClasses(opening, year))) return openChallenge(opening, year);
  const shards = await shardsAt(path, true);
  const hasShards = splits.some((split) => shards.splits[split].length > 0);
  const isUnpacked = await hasTrainingClasses(opening);
  if (hasShards && !isUnpacked) return openWebDataset(opening, shards);
  const cifar = isUnpacked ? undefined : await findCifar(path);
  if (cifar) return openCifar(opening, cifar);
  const names = splits.flatMap((split) => splitFolders(split, opening.valFolder));
  if (await firstPresent(path, names)) return openClasses(opening);
  if ((await folderImages(path)).list.count > 0) return openFlat(opening, true);
  const packed = (await readdir(path)).find((name) => isPackedCifar(name));
  if (packed !== undefined) throw notUnpacked(join(path, packed));
  throw new Error(
    `${path} holds neither ILSVRC2012_img_train.tar nor a folder train/ of classes; fetch or unpack the data there.`,
  );
}

/** Whether the training images are unpacked into class folders; tars beside them are then not the data. */
async function hasTrainingClasses({ path, valFolder }: Opening): Promise<boolean> {
  const train = await firstPresent(path, splitFolders('train', valFolder));
  return train !== undefined && (await kindOf(train)) === 'folder' && (await subfolders(train)).length > 0;
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

/** Whether the validation images were sorted into class folders, which then give the labels. */
async function isOfClasses({ path, valFolder }: Opening, year: IlsvrcYear): Promise<boolean> {
  if (await kindOf(join(path, year.archives.train))) return false;
  const val = await firstPresent(path, splitFolders('val', valFolder));
  return val !== undefined && (await kindOf(val)) === 'folder' && (await subfolders(val)).length > 0;
}

const ENTRIES_TO_TELL = 64;

/**
 * Opens a single tar: a shard if there are labels among its first files, otherwise images with their class in
 * the name.
 */
async function openTar(opening: Opening): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  if (isPackedCifar(basename(path))) throw notUnpacked(path);
  const archives = ilsvrcYears.flatMap((year) => [...Object.values(year.archives), ...year.unlabelled]);
  if (archives.includes(basename(path)) || !path.endsWith('.tar')) {
    throw new Error(`${path} is a file; ${FOLDER_TO_GIVE}`);
  }
  const tar = await openByteSource(path);
  let isShard = false;
  try {
    let entries = 0;
    for await (const { name } of tarEntries(tar, { signal })) {
      isShard ||= /\.(cls|json)$/.test(name);
      if (isShard || wnidOf(basename(name)) || ++entries >= ENTRIES_TO_TELL) break;
    }
  } finally {
    await tar.close();
  }
  return isShard ? openWebDataset(opening, await shardsAt(path, false)) : openFlat(opening, false);
}
