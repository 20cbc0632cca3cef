import { badLine } from '../class-words.js';
import type { ImageClass } from '../ilsvrc-source.js';
import { imageGroup } from '../image-group.js';
import { ImageList } from '../image-list.js';
import { printable } from '../printable.js';
import { splitRow, tableLines } from '../table-lines.js';
import { folderImages } from './folder-splits.js';
import { noImages } from './numbered-images.js';
import type { FoundImages } from './tar-splits.js';

/** The table of Tiny ImageNet's validation images, in the folder of the split. */
export const ANNOTATIONS = 'val_annotations.txt';

/** Reads lines of `<file><TAB><wnid><TAB><box>`: the WordNet ID of every file. */
export async function readAnnotations(table: string): Promise<Map<string, string>> {
  const wnids = new Map<string, string>();
  for (const { number, text } of await tableLines(table)) {
    if (text === '') continue;
    const [file = '', rest = ''] = splitRow(text) ?? [];
    const wnid = /^[^\s,;]+/.exec(rest)?.[0];
    if (file === '' || wnid === undefined) {
      throw badLine(table, number, "must be '<file><TAB><wnid><TAB><box>'", text);
    }
    const other = wnids.get(file);
    if (other !== undefined && other !== wnid) {
      throw badLine(table, number, `must give ${file} the same class as before, ${other}`, text);
    }
    wnids.set(file, wnid);
  }
  return wnids;
}

/**
 * The images of a folder with labels by the annotations, in the order of their names, and a line for the
 * images without a label or without a file.
 *
 * @throws Error that names the folder if no image has a label.
 */
export async function annotatedImages(
  folder: string,
  table: string,
  classes: readonly ImageClass[],
): Promise<{ images: FoundImages; missing: string[] }> {
  const annotations = await readAnnotations(table);
  const known = new Map(classes.map(({ wnid }, label) => [wnid, label]));
  const files = await folderImages(folder);
  if (files.list.count === 0) throw noImages(folder, files.leftOut);
  const list = new ImageList();
  const labels: number[] = [];
  const unlisted: string[] = [];
  const ofOtherClasses: string[] = [];
  for (let i = 0; i < files.list.count; i++) {
    const { name } = files.list.at(i);
    const wnid = annotations.get(name);
    annotations.delete(name);
    const label = known.get(wnid ?? '');
    if (wnid === undefined) unlisted.push(name);
    else if (label === undefined) ofOtherClasses.push(`${name} of ${wnid}`);
    else {
      list.add(name);
      labels.push(label);
    }
  }
  const missing = [
    ...line(`${table} lists`, [...annotations.keys()], `missing from ${folder}`),
    ...line(`${table} has no line for`, unlisted, `of ${folder}, left out`),
    ...line(`${table} gives`, ofOtherClasses, 'a class that the data set does not have, left out'),
  ];
  if (list.count === 0) throw new Error(`${folder} has no images with labels: ${missing.join(' ')}`);
  const group = imageGroup(list, { location: folder, labels: Uint32Array.from(labels) });
  return { images: { groups: [group], leftOut: files.leftOut }, missing };
}

function line(begin: string, names: readonly string[], end: string): string[] {
  const [first, ...others] = names;
  if (first === undefined) return [];
  const images = others.length === 0 ? '1 image' : `${names.length} images`;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [`${begin} ${images} ${end}: ${printable(first)}${more}.`];
}
