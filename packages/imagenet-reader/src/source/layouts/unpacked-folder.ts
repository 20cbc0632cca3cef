import { join } from 'node:path';
import { type IlsvrcYear, splitFolders } from '../devkit/ilsvrc-years.js';
import { firstPresent, kindOf } from '../file-kind.js';
import type { Split } from '../ilsvrc-source.js';
import type { Opening } from '../opening.js';
import { subfolders } from './folder-splits.js';

/** The folder of a split, if it is divided into class folders. */
export async function unpackedFolder(
  split: Split,
  { path, valFolder }: Pick<Opening, 'path' | 'valFolder'>,
): Promise<string | undefined> {
  const folder = await firstPresent(path, splitFolders(split, valFolder));
  const isDivided = folder && (await kindOf(folder)) === 'folder' && (await subfolders(folder)).length > 0;
  return isDivided ? folder : undefined;
}

/** A line for the archive of a split whose class folders are used. */
export async function unusedArchive(
  split: Split,
  { archives }: IlsvrcYear,
  path: string,
  folder: string,
): Promise<string[]> {
  const archive = archives[split];
  if (archive === undefined || (await kindOf(join(path, archive))) !== 'file') return [];
  return [`${join(path, archive)} is left out: the class folders of ${folder} are used.`];
}
