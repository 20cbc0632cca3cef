import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageClass } from '../ilsvrc-source.js';
import { type ImageGroup, imageGroup } from '../image-group.js';
import { ImageList } from '../image-list.js';
import { byName, isImageName } from '../image-names.js';
import { printable } from '../printable.js';
import type { FoundImages, ListedImages } from './tar-splits.js';

/** The names of a folder's subfolders in order, without hidden ones. */
export async function subfolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .filter((entry) => !isImageName(entry.name))
    .map(({ name }) => name)
    .sort(byName);
}

/** Lists the images directly in a folder. Links count as files; pipes and devices do not. */
export async function folderImages(path: string): Promise<ListedImages> {
  const entries = await readdir(path, { withFileTypes: true });
  const list = new ImageList();
  for (const entry of entries) {
    if ((entry.isFile() || entry.isSymbolicLink()) && isImageName(entry.name)) list.add(entry.name);
  }
  return { list: list.sortedByName(), ignored: entries.length - list.count };
}

/**
 * Lists the images of `<folder>/<wnid>/*` for every class, by label.
 *
 * @param options `allowEmpty` permits a class without images, as in a validation split.
 */
export async function classFolderImages(
  path: string,
  classes: readonly ImageClass[],
  options: { readonly allowEmpty?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<FoundImages> {
  const present = new Set(await subfolders(path));
  const known = new Set(classes.map(({ wnid }) => wnid));
  const strange = [...present].find((name) => !known.has(name));
  if (strange !== undefined) {
    throw new Error(
      `${printable(join(path, strange))} is not a class of this data set; remove it, or give train and val the same folders.`,
    );
  }
  const groups: ImageGroup[] = [];
  let ignored = 0;
  for (const [label, { wnid }] of classes.entries()) {
    options.signal?.throwIfAborted();
    const location = join(path, wnid);
    const found = present.has(wnid) ? await folderImages(location) : { list: new ImageList(), ignored: 0 };
    if (found.list.count === 0 && !options.allowEmpty) {
      const what = present.has(wnid) ? 'holds no images' : 'is missing';
      throw new Error(
        `${printable(location)} ${what}: the class would be left without images; unpack it again or remove the class.`,
      );
    }
    ignored += found.ignored;
    groups.push(imageGroup(found.list, { location, labels: label }));
  }
  return { groups, ignored };
}
