import { join } from 'node:path';
import { kindOf } from './file-kind.js';
import { findLayout, type OpenLayout } from './find-layout.js';
import { META_FILE } from './ilsvrc-source.js';
import { subfolders } from './layouts/folder-splits.js';
import type { Opening } from './opening.js';

/** A folder with more subfolders has classes, not data sets. */
const MOST_FOLDERS = 20;

/**
 * Finds the layout of the only data set in the subfolders of a folder, as in a folder to which an archive was
 * unpacked.
 *
 * @throws Error that names them if there are several, or if `prepare` wrote the only one.
 */
export async function findInnerLayout(opening: Opening): Promise<OpenLayout | undefined> {
  const names = await subfolders(opening.path);
  if (names.length > MOST_FOLDERS) return undefined;
  const found: { path: string; open: OpenLayout }[] = [];
  for (const name of names) {
    const path = join(opening.path, name);
    const open = await findLayout({ ...opening, path });
    if (open) found.push({ path, open });
  }
  const [first, ...others] = found;
  if (!first) return undefined;
  if (others.length > 0) {
    const all = found.map(({ path }) => path).join(', ');
    throw new Error(`${opening.path} holds several data sets; give one of them: ${all}.`);
  }
  if ((await kindOf(join(first.path, META_FILE))) === 'file') {
    throw new Error(`${opening.path} holds ${first.path}, which prepare wrote; give that folder.`);
  }
  return first.open;
}
