import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOf } from '../file-kind.js';
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

/** Options of {@link classFolderImages}. */
export interface ClassFolderOptions {
  /** Permits a class without images, as in a validation split. */
  readonly allowEmpty?: boolean;
  /** Subfolders that are not classes and are left out. */
  readonly except?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Lists the images of `<folder>/<wnid>/*`, or of `<folder>/<wnid>/images/*`, for every class, by label. */
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
  let ignored = 0;
  for (const [label, { wnid }] of classes.entries()) {
    options.signal?.throwIfAborted();
    const folder = join(path, wnid);
    const found = present.has(wnid) ? await classImages(folder) : noneIn(folder);
    if (found.list.count === 0 && !options.allowEmpty) {
      const what = present.has(wnid) ? 'holds no images' : 'is missing';
      throw new Error(
        `${printable(folder)} ${what}: the class would be left without images; unpack it again or remove the class.`,
      );
    }
    ignored += found.ignored;
    groups.push(imageGroup(found.list, { location: found.location, labels: label }));
  }
  return { groups, ignored };
}

/** The folder of a class's images below the folder of the class, as in Tiny ImageNet. */
export const IMAGES_FOLDER = 'images';

/** The images of a class and the folder they are in. */
type ClassImages = ListedImages & { readonly location: string };

const noneIn = (location: string): ClassImages => ({ list: new ImageList(), ignored: 0, location });

/** Lists the images in the folder of a class or, if there are none, in its subfolder `images`. */
async function classImages(folder: string): Promise<ClassImages> {
  const own = await folderImages(folder);
  const inner = join(folder, IMAGES_FOLDER);
  if (own.list.count > 0 || (await kindOf(inner)) !== 'folder') return { ...own, location: folder };
  const { list, ignored } = await folderImages(inner);
  return { list, ignored: own.ignored - 1 + ignored, location: inner };
}
