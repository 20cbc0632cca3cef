import { join } from 'node:path';
import type { ImageClass } from '../ilsvrc-source.js';
import { type ImageGroup, imageGroup } from '../image-group.js';
import { ImageList } from '../image-list.js';
import { byName, isImageName } from '../image-names.js';
import { type LeftOut, LeftOutCounts, leftOutText } from '../left-out.js';
import { printable } from '../printable.js';
import { isHiddenName, isOtherName, whyLeftOut } from '../why-left-out.js';
import { entriesOf, firstBytes, kindOfEntry, listFolder } from './list-folder.js';
import type { FoundImages, ListedImages } from './tar-splits.js';

/**
 * The names of a folder's subfolders in order, without hidden ones. Links to folders are followed.
 *
 * @throws Error of one line that names a link that leads nowhere and could be a class.
 */
export async function subfolders(path: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await entriesOf(path)) {
    const { name } = entry;
    const isLink = entry.isSymbolicLink() && !isImageName(name);
    if (isHiddenName(name) || !(entry.isDirectory() || isLink)) continue;
    const kind = await kindOfEntry(entry, join(path, name));
    if (kind === 'folder') names.push(name);
    if (kind === 'broken' && !isOtherName(name)) {
      throw new Error(
        `${printable(join(path, name))} is a link that leads nowhere; restore the folder it leads to, or remove the link.`,
      );
    }
  }
  return names.sort(byName);
}

/** Lists the images directly in a folder. Links count as files; pipes and devices do not. */
export function folderImages(path: string): Promise<ListedImages> {
  return listFolder(path);
}

/** Options of {@link classFolderImages}. */
export interface ClassFolderOptions {
  /** Permits a class without images, as in a validation split. */
  readonly allowEmpty?: boolean;
  /** Subfolders that are not classes and are left out. */
  readonly except?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the images of `<folder>/<wnid>/*` for every class, by label, with those in folders inside a class.
 */
export async function classFolderImages(
  path: string,
  classes: readonly ImageClass[],
  options: ClassFolderOptions = {},
): Promise<FoundImages> {
  const { except = [] } = options;
  const present = new Set((await subfolders(path)).filter((name) => !except.includes(name)));
  const known = new Set(classes.map(({ wnid }) => wnid));
  const strange = [...present].find((name) => !known.has(name));
  if (strange !== undefined) {
    throw new Error(
      `${printable(join(path, strange))} is not a class of this data set; remove it, or give train and val the same folders.`,
    );
  }
  const groups: ImageGroup[] = [];
  const leftOut = new LeftOutCounts();
  leftOut.addAll(await besideClasses(path));
  for (const [label, { wnid }] of classes.entries()) {
    options.signal?.throwIfAborted();
    const location = join(path, wnid);
    const found = present.has(wnid) ? await listFolder(location, { isDeep: true }) : undefined;
    if (!found?.list.count && !options.allowEmpty) throw emptyClass(location, found?.leftOut);
    leftOut.addAll(found?.leftOut ?? []);
    groups.push(imageGroup(found?.list ?? new ImageList(), { location, labels: label }));
  }
  return { groups, leftOut: leftOut.all };
}

/** Why a list of images is empty, if what is left out tells, and what to do about it. */
export function emptyBecause(leftOut: readonly LeftOut[]): { what: string; remedy?: string } {
  if (leftOut.length === 0) return { what: 'holds no images' };
  const what = `holds no image that is read, only ${leftOutText(leftOut)}`;
  const isConvertible = leftOut.some(({ reason }) => reason === 'formatNotRead');
  return isConvertible ? { what, remedy: 'convert them to JPEG or PNG' } : { what };
}

/** `leftOut` is undefined if the folder of the class does not exist. */
function emptyClass(location: string, leftOut: readonly LeftOut[] | undefined): Error {
  const { what, remedy = 'unpack it again' } = leftOut ? emptyBecause(leftOut) : { what: 'is missing' };
  return new Error(
    `${printable(location)} ${what}: the class would be left without images; ${remedy} or remove the class.`,
  );
}

/** What lies beside the folders of the classes. */
async function besideClasses(path: string): Promise<readonly LeftOut[]> {
  const leftOut = new LeftOutCounts();
  for (const entry of await entriesOf(path)) {
    const file = join(path, entry.name);
    const kind = isHiddenName(entry.name) ? 'file' : await kindOfEntry(entry, file);
    if (kind === 'file') {
      leftOut.add((await whyLeftOut(entry.name, () => firstBytes(file))) ?? 'withoutClass', file);
    } else if (kind !== 'folder') leftOut.add(kind === 'broken' ? 'brokenLink' : 'device', file);
  }
  return leftOut.all;
}

/** The folder of the images in Tiny ImageNet, in every class of `train` and in `val`. */
export const IMAGES_FOLDER = 'images';
