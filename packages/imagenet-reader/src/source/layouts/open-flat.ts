import { join } from 'node:path';
import { assembleSource } from '../assemble-source.js';
import { readWords } from '../class-words.js';
import type { IlsvrcSource, ImageClass } from '../ilsvrc-source.js';
import { imageGroup } from '../image-group.js';
import type { ImageList } from '../image-list.js';
import type { Opening } from '../opening.js';
import { printable } from '../printable.js';
import { folderImages } from './folder-splits.js';
import { tarImages } from './tar-splits.js';

/** Opens images named `<wnid>_<name>` in one folder or one tar, as a training split with classes by name. */
export async function openFlat(opening: Opening, isFolder: boolean): Promise<IlsvrcSource> {
  const { path, signal } = opening;
  const source = isFolder ? undefined : await opening.files.open(path);
  const { list, leftOut } = source ? await tarImages(source, { signal }) : await folderImages(path);
  const { wnids, labels } = labelsOf(list, path);
  const words = isFolder ? await readWords(path) : new Map<string, string>();
  const classes: ImageClass[] = wnids.map((wnid) => ({ wnid, words: words.get(wnid) ?? wnid }));
  const group = imageGroup(list, { location: path, labels, tar: source?.path });
  const missing = [`${path} has no validation images: file names give the class but not the split.`];
  return assembleSource(path, {
    layout: 'flat',
    classes,
    splits: { train: { groups: [group], leftOut } },
    missing,
  });
}

/** The class in an image's name: a WordNet ID before the first `_`. */
export function wnidOf(name: string): string | undefined {
  return /^(n\d{8})_/.exec(name)?.[1];
}

/** Whether any image of a list has its class in its name. */
export function hasClassInName(list: ImageList): boolean {
  for (let i = 0; i < list.count; i++) if (wnidOf(list.at(i).name) !== undefined) return true;
  return false;
}

/** The list is sorted by name, so the images of a class follow one another. */
function labelsOf(list: ImageList, path: string): { wnids: string[]; labels: Uint32Array } {
  const wnids: string[] = [];
  const labels = new Uint32Array(list.count);
  for (let i = 0; i < list.count; i++) {
    const { name } = list.at(i);
    const wnid = wnidOf(name);
    if (wnid === undefined) {
      throw new Error(
        `${printable(join(path, name))} has no class in its name; it must be '<wnid>_<name>', such as n01440764_10026.JPEG.`,
      );
    }
    if (wnids.at(-1) !== wnid) wnids.push(wnid);
    labels[i] = wnids.length - 1;
  }
  return { wnids, labels };
}
