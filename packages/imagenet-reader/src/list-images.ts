import { stat } from 'node:fs/promises';
import { listFolder } from './source/layouts/list-folder.js';
import type { LeftOut } from './source/left-out.js';

/** The images in a folder; see {@link listImages}. */
export interface ImagesOfFolder {
  /** Paths relative to the folder, by name. */
  readonly names: readonly string[];
  /** The files that are not among them; `leftOutText` puts them into words. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Lists the images in a folder and in the folders inside it: files with the ending of an image, and others
 * whose first bytes are those of one. Links are followed.
 *
 * @throws Error of one line that names the folder if it cannot be listed.
 * @example
 * const { names, leftOut } = await listImages('photographs');
 */
export async function listImages(folder: string): Promise<ImagesOfFolder> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new Error(`${folder} is not a folder.`);
  const { list, leftOut } = await listFolder(folder, { isDeep: true });
  return { names: Array.from({ length: list.count }, (_, i) => list.at(i).name), leftOut };
}
