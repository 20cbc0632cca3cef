import { join } from 'node:path';
import { readWords } from './class-words.js';
import { firstPresent, kindOf } from './file-kind.js';
import { classFolderImages, folderPictures, subfolders } from './folder-splits.js';
import type { IlsvrcSource, Split } from './ilsvrc-source.js';
import { splitFolders } from './ilsvrc-years.js';
import { makeSource, type Opening } from './make-source.js';
import { withoutPictures } from './numbered-split.js';
import type { FoundImages } from './tar-splits.js';

/** Opens `train/<class>/*`, `val/<class>/*` and `test/<class>/*`: classes are the folders of the first that is there. */
export async function openClasses(opening: Opening): Promise<IlsvrcSource> {
  const { path, signal, valFolder } = opening;
  const folders: Partial<Record<Split, string>> = {};
  const missing: string[] = [];
  let wnids: string[] | undefined;
  for (const split of ['train', 'val', 'test'] as const) {
    if (split === valFolder) continue;
    const folder = await firstPresent(path, splitFolders(split, valFolder));
    if (folder === undefined || (await kindOf(folder)) !== 'folder') {
      const name = join(path, split === 'val' ? (valFolder ?? split) : split);
      if (split !== 'test') missing.push(`${name} is missing: no ${TITLE[split]} pictures.`);
      continue;
    }
    const found = await subfolders(folder);
    if (split === 'train' && found.length === 0)
      throw new Error(`${folder} holds no folders of classes; unpack the training set there.`);
    const known = wnids && new Set(wnids);
    if (found.length > 0 && (split !== 'test' || found.some((wnid) => !known || known.has(wnid)))) {
      folders[split] = folder;
      wnids ??= found;
    } else if (split === 'val' && (await folderPictures(folder)).list.count === 0) {
      throw withoutPictures(folder);
    } else
      missing.push(`${folder} is left out: its pictures lie in no folders of classes, so have no labels.`);
  }
  const words = await readWords(path);
  const classes = (wnids ?? []).map((wnid) => ({ wnid, words: words.get(wnid) ?? wnid }));
  const splits: Partial<Record<Split, FoundImages>> = {};
  for (const [split, folder] of Object.entries(folders) as [Split, string][]) {
    const images = await classFolderImages(folder, classes, { signal, allowEmpty: split !== 'train' });
    if (images.groups.every(({ count }) => count === 0)) throw withoutPictures(folder);
    splits[split] = images;
  }
  return makeSource(opening, { layout: 'classes', classes, splits, missing });
}

const TITLE = { train: 'training', val: 'validation' };
