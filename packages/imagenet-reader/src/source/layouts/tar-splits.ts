import { basename, join } from 'node:path';
import type { ByteSource } from '../byte-source.js';
import type { ImageClass } from '../ilsvrc-source.js';
import { KIND_BYTES } from '../image-bytes.js';
import { type ImageGroup, imageGroup } from '../image-group.js';
import { ImageList } from '../image-list.js';
import { isImageName } from '../image-names.js';
import { LARGEST_IMAGE } from '../image-reader.js';
import { type LeftOut, LeftOutCounts, type LeftOutReason } from '../left-out.js';
import { type TarEntry, tarEntries } from '../tar/tar-entries.js';
import { whyLeftOut } from '../why-left-out.js';

/** The images that were found, and the files that are left out. */
export interface FoundImages {
  readonly groups: readonly ImageGroup[];
  readonly leftOut: readonly LeftOut[];
}

/** The images of one folder or tar, by name, and the files that are left out. */
export interface ListedImages {
  readonly list: ImageList;
  readonly leftOut: readonly LeftOut[];
}

/** The classes of a training tar without a devkit: the names of the tars inside, in order. */
export async function trainTarWnids(source: ByteSource, signal?: AbortSignal): Promise<string[]> {
  const wnids = new Set<string>();
  for await (const entry of tarEntries(source, { signal })) {
    const wnid = innerWnid(entry, source.path);
    if (wnid !== undefined) wnids.add(wnid);
  }
  return [...wnids].sort();
}

/** Lists the images of `ILSVRC2012_img_train.tar`, which holds one `<wnid>.tar` for each class. */
export async function trainTarImages(
  source: ByteSource,
  classes: readonly ImageClass[],
  signal?: AbortSignal,
): Promise<FoundImages> {
  const labels = new Map(classes.map(({ wnid }, label) => [wnid, label]));
  const groups: ImageGroup[] = [];
  const leftOut = new LeftOutCounts();
  for await (const entry of tarEntries(source, { signal })) {
    const wnid = innerWnid(entry, source.path);
    if (wnid === undefined) {
      const reason = await whyEntryLeftOut(entry, source);
      leftOut.add(reason ?? 'withoutClass', join(source.path, entry.name));
      continue;
    }
    const label = labels.get(wnid);
    if (label === undefined || groups[label]) {
      const why = label === undefined ? 'the devkit does not list' : 'is there more than once';
      throw new Error(
        `${source.path} holds ${wnid}.tar, a class that ${why}; fetch the files of one year's ILSVRC.`,
      );
    }
    const location = join(source.path, `${wnid}.tar`);
    const range = { start: entry.offset, end: entry.offset + entry.size, location, signal };
    const found = await tarImages(source, range);
    leftOut.addAll(found.leftOut);
    groups[label] = imageGroup(found.list, { location, tar: source.path, labels: label });
  }
  for (const [label, { wnid }] of classes.entries()) {
    if (groups[label]?.count) continue;
    const what = groups[label] ? `holds no image in ${wnid}.tar` : `holds no ${wnid}.tar`;
    throw new Error(`${source.path} ${what}: the class would be left without images; fetch it again.`);
  }
  return { groups, leftOut: leftOut.all };
}

/** Lists the images of one tar, such as `ILSVRC2012_img_val.tar`. */
export async function tarImages(
  source: ByteSource,
  range: { start?: number; end?: number; location?: string; signal?: AbortSignal | undefined } = {},
): Promise<ListedImages> {
  const list = new ImageList();
  const leftOut = new LeftOutCounts();
  for await (const entry of tarEntries(source, range)) {
    const name = basename(entry.name);
    const reason = isImageName(name) ? undefined : await whyEntryLeftOut(entry, source);
    if (reason) leftOut.add(reason, join(range.location ?? source.path, entry.name));
    else {
      requireImage(entry, range.location ?? source.path);
      list.add(name, entry.offset, entry.size);
    }
  }
  return { list: list.sortedByName(), leftOut: leftOut.all };
}

/** Why a file inside a tar is left out; undefined for an image. */
export async function whyEntryLeftOut(
  { name, offset, size, isFile }: TarEntry,
  source: ByteSource,
): Promise<LeftOutReason | undefined> {
  const file = basename(name);
  if (!isFile && !isImageName(file)) return 'device';
  return whyLeftOut(file, () => source.read(offset, Math.min(size, KIND_BYTES)));
}

/** Checks that an image is a file, of a size that can be read at once. */
export function requireImage(entry: TarEntry, location: string): void {
  requireFile(entry, location);
  if (entry.size <= LARGEST_IMAGE) return;
  throw new Error(
    `${location} holds ${entry.name} with ${entry.size} bytes, too many for an image; fetch it again.`,
  );
}

/** A link in place of a required file is an error, since its bytes are elsewhere. */
function requireFile({ name, isFile }: TarEntry, location: string): void {
  if (isFile) return;
  throw new Error(
    `${location} holds ${name} as a link or a device, not as a file; pack it again with the files themselves.`,
  );
}

function innerWnid(entry: TarEntry, location: string): string | undefined {
  const file = basename(entry.name);
  if (!file.endsWith('.tar') || file.startsWith('.')) return undefined;
  requireFile(entry, location);
  return file.slice(0, -4);
}
