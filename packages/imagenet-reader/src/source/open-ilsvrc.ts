import { basename } from 'node:path';
import { openByteSource } from './byte-source.js';
import { ilsvrcYears } from './devkit/ilsvrc-years.js';
import { kindOf } from './file-kind.js';
import { findInnerLayout } from './find-inner-layout.js';
import { findLayout } from './find-layout.js';
import type { IlsvrcSource } from './ilsvrc-source.js';
import { folderImages } from './layouts/folder-splits.js';
import { hasClassInName, openFlat, wnidOf } from './layouts/open-flat.js';
import { openParquet } from './layouts/open-parquet.js';
import { openWebDataset, shardsAt } from './layouts/open-webdataset.js';
import { OpenFiles, type Opening } from './opening.js';
import { notUnpacked, unpackCommand } from './packed-archive.js';
import { refuseFolder } from './refuse-folder.js';
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
 * WebDataset shards, the unpacked batches of CIFAR-10 or CIFAR-100, Hugging Face's Parquet files, or images
 * named `<wnid>_<name>` in one folder or tar. Without a devkit, `words.txt` (`<class><TAB><words>`) may name
 * the classes.
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
  const open = await findLayout(opening);
  if (open) return open();
  const { list } = await folderImages(path);
  if (hasClassInName(list)) return openFlat(opening, true);
  const openInner = await findInnerLayout(opening);
  if (openInner) return openInner();
  await refuseFolder(path);
  return openFlat(opening, true);
}

const ENTRIES_TO_TELL = 64;

/**
 * Opens a single tar: a shard if there are labels among its first files, otherwise images with their class in
 * the name.
 */
async function openTar(opening: Opening): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  const archives = ilsvrcYears.flatMap((year) => [...Object.values(year.archives), ...year.unlabelled]);
  const isDevkit = ilsvrcYears.some((year) => year.devkits.includes(basename(path)));
  if (path.endsWith('.parquet')) return openParquet(opening, await shardsAt(path, false));
  if (!isDevkit && unpackCommand(path)) throw notUnpacked(path);
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
