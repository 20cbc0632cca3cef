import { basename, dirname, join, resolve } from 'node:path';
import { splitFolders } from './devkit/ilsvrc-years.js';
import { splits } from './ilsvrc-source.js';
import { byName } from './image-names.js';
import { folderImages, IMAGES_FOLDER, subfolders } from './layouts/folder-splits.js';
import { entriesOf } from './layouts/list-folder.js';
import { notUnpacked, unpackCommand } from './packed-archive.js';
import { printable } from './printable.js';
import { isHiddenName } from './why-left-out.js';

/** Entries of a folder that an error names. */
const NAMED = 5;

/**
 * Refuses a folder without a layout, unless it has images of its own.
 *
 * @throws Error of one line that says what is there and what to do: an archive to unpack, class folders in
 *   the wrong place, or anything else.
 */
export async function refuseFolder(path: string): Promise<void> {
  const entries = (await entriesOf(path)).filter(({ name }) => !isHiddenName(name));
  const names = entries.map(({ name }) => name).sort(byName);
  const folders = await subfolders(path);
  if (folders.length > 0 && (await holdsImages(path, folders))) throw misplacedClasses(path, folders);
  if ((await folderImages(path)).list.count > 0) return;
  const packed = names.find((name) => unpackCommand(name) !== undefined);
  if (packed !== undefined) throw notUnpacked(join(path, packed));
  const found =
    names.length === 0
      ? '; fetch or unpack the data there'
      : `, only ${some(names)}; docs/layouts.md lists the layouts that are read`;
  throw new Error(`${path} holds neither ILSVRC2012_img_train.tar nor a folder train/ of classes${found}.`);
}

/** Whether one of the first subfolders has images, as the folder of a class does. */
async function holdsImages(path: string, folders: readonly string[]): Promise<boolean> {
  for (const name of folders.slice(0, NAMED)) {
    const folder = join(path, name);
    const inside = (await subfolders(folder)).includes(IMAGES_FOLDER) ? join(folder, IMAGES_FOLDER) : folder;
    if ((await folderImages(inside)).list.count > 0) return true;
  }
  return false;
}

/** The error for class folders that are not in the folder of a split, or are the folder of a split. */
function misplacedClasses(path: string, folders: readonly string[]): Error {
  const name = basename(resolve(path));
  const isSplit = splits.some((split) => splitFolders(split).includes(name));
  const remedy = isSplit
    ? `give ${dirname(resolve(path))}, which holds ${name}/`
    : `move them to ${join(path, 'train')}`;
  return new Error(`${path} holds the folders ${some(folders)} but no folder train/ of classes; ${remedy}.`);
}

function some(names: readonly string[]): string {
  const more = names.length - NAMED;
  const first = names.slice(0, NAMED).map(printable).join(', ');
  return more > 0 ? `${first} and ${more} more` : first;
}
