import { basename, join } from 'node:path';
import { type ByteSource, chunkedByteSource } from '../byte-source.js';
import { ImageList } from '../image-list.js';
import { isImageName } from '../image-names.js';
import { type LeftOut, LeftOutCounts, leftOutText } from '../left-out.js';
import { decodeText } from '../table-lines.js';
import { type TarEntry, tarEntries } from '../tar/tar-entries.js';
import { requireImage, whyEntryLeftOut } from './tar-splits.js';

/** The images of a WebDataset shard with their labels, in the order of the shard. */
export interface ShardSamples {
  readonly list: ImageList;
  /** -1 for an image without a label. */
  readonly labels: readonly number[];
  /** The files that belong to no image. */
  readonly leftOut: readonly LeftOut[];
}

interface Found {
  readonly list: ImageList;
  readonly labels: number[];
  readonly leftOut: LeftOutCounts;
}

/** The members of one sample: files with the same path up to the first dot of their name. */
interface Sample {
  readonly key: string;
  readonly members: Map<string, TarEntry>;
}

const LONGEST_CLS = 64;
const LONGEST_JSON = 1 << 20;
const LARGEST_LABEL = 1 << 17; // ImageNet has 21,841 classes
const CHUNK = 4096; // holds a .cls, a .json and the next header

/**
 * Lists a shard by its headers and `.cls` files. An image without a `.cls` may have a `.json` with a number
 * `label` or `cls`.
 *
 * @throws Error that names the shard and the key if a label is invalid, or a sample has a label but no image,
 *   or two images.
 */
export async function shardSamples(shard: ByteSource, signal?: AbortSignal): Promise<ShardSamples> {
  const source = chunkedByteSource(shard, CHUNK);
  const found = { list: new ImageList(), labels: [] as number[], leftOut: new LeftOutCounts() };
  let sample: Sample | undefined;
  for await (const entry of tarEntries(source, { signal })) {
    const [, key, extension] = /^((?:.*\/)?[^./][^./]*)\.([^/]*)$/.exec(entry.name) ?? [];
    if (key === undefined || extension === undefined) {
      const reason = (await whyEntryLeftOut(entry, source)) ?? 'noSample';
      found.leftOut.add(reason, join(source.path, entry.name));
      continue;
    }
    if (sample && sample.key !== key) await addSample(sample, source, found);
    if (sample?.key !== key) sample = { key, members: new Map() };
    sample.members.set(extension.toLowerCase(), entry);
  }
  if (sample) await addSample(sample, source, found);
  return { ...found, leftOut: found.leftOut.all };
}

async function addSample({ key, members }: Sample, source: ByteSource, found: Found): Promise<void> {
  const location = join(source.path, key);
  const { images, leftOut } = await imagesAmong(members, source);
  const [image, second] = images;
  const label = await labelOf(members, source, location);
  if (second) throw new Error(`${location} has two images; a sample must have one.`);
  if (image) {
    requireImage(image, source.path);
    found.list.add(basename(image.name), image.offset, image.size);
    found.labels.push(label);
  } else if (members.has('rgb')) {
    throw new Error(
      `${location}.rgb holds raw pixels as written by prepare; read its folder with openPrepared.`,
    );
  } else if (label >= 0) {
    const unread = leftOutText(leftOut.filter(({ reason }) => reason === 'formatNotRead'));
    const what = unread
      ? `no image that is read, only ${unread}`
      : 'no image (jpg, png, webp, gif, tif, avif)';
    throw new Error(`${location} has a label but ${what}; pack the shard again.`);
  } else found.leftOut.addAll(leftOut);
}

/** The images of a sample by their endings, or if there is none by their first bytes, and the other members. */
async function imagesAmong(
  members: ReadonlyMap<string, TarEntry>,
  source: ByteSource,
): Promise<{ images: TarEntry[]; leftOut: readonly LeftOut[] }> {
  const isSimple = (extension: string): boolean => !extension.includes('.'); // not that of a.seg.png
  const named = [...members].filter(([extension]) => isSimple(extension) && isImageName(`x.${extension}`));
  if (named.length > 0) return { images: named.map(([, entry]) => entry), leftOut: [] };
  const images: TarEntry[] = [];
  const leftOut = new LeftOutCounts();
  for (const [extension, entry] of members) {
    const reason = (await whyEntryLeftOut(entry, source)) ?? (isSimple(extension) ? undefined : 'noSample');
    if (reason) leftOut.add(reason, join(source.path, entry.name));
    else images.push(entry);
  }
  return { images, leftOut: leftOut.all };
}

async function labelOf(
  members: ReadonlyMap<string, TarEntry>,
  source: ByteSource,
  location: string,
): Promise<number> {
  const cls = members.get('cls');
  if (cls) return parseLabel(await textOf(cls, source, LONGEST_CLS), `${location}.cls`);
  const json = members.get('json');
  if (!json) return -1;
  const text = await textOf(json, source, LONGEST_JSON);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${location}.json is not JSON; pack the shard again.`, { cause: error });
  }
  const record = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const label = record.label ?? record.cls;
  return label === undefined ? -1 : parseLabel(String(label), `${location}.json`);
}

async function textOf(entry: TarEntry, source: ByteSource, longest: number): Promise<string> {
  const location = join(source.path, entry.name);
  if (entry.size > longest) {
    throw new Error(`${location} has ${entry.size} bytes, too many for a label.`);
  }
  return decodeText(await source.read(entry.offset, entry.size), location);
}

/** A label of -1 means 'not published'. */
function parseLabel(text: string, location: string): number {
  const label = /^\s*(-1|\d{1,9})\s*$/.exec(text)?.[1];
  if (label === undefined || Number(label) >= LARGEST_LABEL) {
    throw new Error(
      `${location} must hold a label from 0 to ${LARGEST_LABEL - 1} (or -1), got ${JSON.stringify(text.slice(0, 40))}.`,
    );
  }
  return Number(label);
}
