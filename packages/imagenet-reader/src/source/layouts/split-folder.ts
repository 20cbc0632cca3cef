import { join } from 'node:path';
import { firstPresent, kindOf } from '../file-kind.js';
import { byName } from '../image-names.js';
import { ANNOTATIONS, readAnnotations } from './annotated-images.js';
import { folderImages, IMAGES_FOLDER, subfolders } from './folder-splits.js';

/** Where the labelled images of a split are. */
export interface SplitFolder {
  /** The folder of the class folders, or of the images that a table labels. */
  readonly folder: string;
  /** The table that labels the images; absent for class folders. */
  readonly table?: string;
  /** The names of the classes, in order. */
  readonly wnids: readonly string[];
  /** Subfolders that are not used. */
  readonly except: readonly string[];
  /** One line for each subfolder with images that is not used. */
  readonly missing: readonly string[];
}

/**
 * Finds the labelled images of a split: class folders in it or in its folder `images`, or else images that
 * `val_annotations.txt` labels, there or in its folder `images`. Undefined if the images have no labels.
 *
 * @param known The classes of the splits before this one.
 */
export async function splitFolder(path: string, known: readonly string[]): Promise<SplitFolder | undefined> {
  const table = await firstPresent(path, [ANNOTATIONS]);
  const isClass = known.length === 0 ? table === undefined : known.includes(IMAGES_FOLDER);
  const names = await subfolders(path);
  const classes = isClass ? names : names.filter((name) => name !== IMAGES_FOLDER);
  const except = names.filter((name) => !classes.includes(name));
  if (classes.length > 0) {
    return { folder: path, wnids: classes, except, missing: await unused(path, except) };
  }
  const folder = join(path, ...except);
  const inner = except.length > 0 ? await subfolders(folder) : [];
  if (inner.length > 0) return { folder, wnids: inner, except: [], missing: [] };
  if (table === undefined) return undefined;
  const wnids = [...new Set((await readAnnotations(table)).values())].sort(byName);
  return { folder, table, wnids, except: [], missing: [] };
}

/** A line for the folder `images` beside class folders, if it holds anything. */
async function unused(path: string, except: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const name of except) {
    const folder = join(path, name);
    if ((await kindOf(folder)) !== 'folder') continue;
    const { count } = (await folderImages(folder)).list;
    if (count === 0 && (await subfolders(folder)).length === 0) continue;
    lines.push(`${folder} is left out: the class folders of ${path} are used.`);
  }
  return lines;
}
