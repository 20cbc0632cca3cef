import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageClass } from './ilsvrc-source.js';
import { byName, type ImageFile, type ImageGroup, imageGroup, isPictureName } from './image-group.js';
import type { FoundImages } from './tar-splits.js';

/** Names of a folder's sub-folders, in order, without hidden ones. */
export async function subfolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !isHidden(entry.name))
    .filter((entry) => !isPictureName(entry.name))
    .map(({ name }) => name)
    .sort(byName);
}

/** Lists the pictures right inside a folder. */
export async function folderPictures(path: string): Promise<{ files: ImageFile[]; ignored: number }> {
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && isPictureName(entry.name));
  return { files: files.map(({ name }) => ({ name })), ignored: entries.length - files.length };
}

/**
 * Lists the pictures of `<folder>/<wnid>/*` for every class, by label.
 *
 * @param allowEmpty Let a class be without pictures (a validation split), not an error.
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
      `${join(path, strange)} is no class of this data set; remove it, or give train and val the same folders.`,
    );
  }
  const groups: ImageGroup[] = [];
  let ignored = 0;
  for (const [label, { wnid }] of classes.entries()) {
    options.signal?.throwIfAborted();
    const location = join(path, wnid);
    const found = present.has(wnid) ? await folderPictures(location) : { files: [], ignored: 0 };
    if (found.files.length === 0 && !options.allowEmpty) {
      const what = present.has(wnid) ? 'holds no pictures' : 'is missing';
      throw new Error(
        `${location} ${what}: the class would be left without pictures; unpack it again or remove the class.`,
      );
    }
    ignored += found.ignored;
    groups.push(imageGroup(found.files, { location, labels: label }));
  }
  return { groups, ignored };
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}
