import { basename, join } from 'node:path';
import type { ByteSource } from './byte-source.js';
import type { ImageClass } from './ilsvrc-source.js';
import { type ImageFile, type ImageGroup, imageGroup, isPictureName } from './image-group.js';
import { tarEntries } from './tar-entries.js';

/** Pictures found, and how many other files were left out. */
export interface FoundImages {
  readonly groups: readonly ImageGroup[];
  readonly ignored: number;
}

/** Lists the pictures of `ILSVRC2012_img_train.tar`: one `<wnid>.tar` a class, inside. */
export async function trainTarImages(
  source: ByteSource,
  classes: readonly ImageClass[],
  signal?: AbortSignal,
): Promise<FoundImages> {
  const labels = new Map(classes.map(({ wnid }, label) => [wnid, label]));
  const groups: ImageGroup[] = [];
  let ignored = 0;
  for await (const entry of tarEntries(source, { signal })) {
    const file = basename(entry.name);
    if (!file.endsWith('.tar') || file.startsWith('.')) {
      ignored++;
      continue;
    }
    const label = labels.get(file.slice(0, -4));
    if (label === undefined || groups[label]) {
      const why = label === undefined ? 'the devkit does not list' : 'is there twice';
      throw new Error(
        `${source.path} holds ${file}, a class that ${why}; fetch the files of one year's ILSVRC.`,
      );
    }
    const location = join(source.path, file);
    const range = { start: entry.offset, end: entry.offset + entry.size, location, signal };
    const found = await tarPictures(source, range);
    ignored += found.ignored;
    groups[label] = imageGroup(found.files, { location, source, labels: label });
  }
  for (const [label, { wnid }] of classes.entries()) {
    if (groups[label]?.count) continue;
    const what = groups[label] ? `holds no picture in ${wnid}.tar` : `holds no ${wnid}.tar`;
    throw new Error(`${source.path} ${what}: the class would be left without pictures; fetch it again.`);
  }
  return { groups, ignored };
}

/** Lists the pictures of one tar, such as `ILSVRC2012_img_val.tar`. */
export async function tarPictures(
  source: ByteSource,
  range: { start?: number; end?: number; location?: string; signal?: AbortSignal | undefined } = {},
): Promise<{ files: ImageFile[]; ignored: number }> {
  const files: ImageFile[] = [];
  let ignored = 0;
  for await (const entry of tarEntries(source, range)) {
    const name = basename(entry.name);
    if (isPictureName(name)) files.push({ name, offset: entry.offset, size: entry.size });
    else ignored++;
  }
  return { files, ignored };
}
