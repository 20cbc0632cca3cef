import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { ImageFormat } from '../prepared/image-format.js';
import { type IlsvrcSource, splits } from '../source/ilsvrc-source.js';

/** Everything that the output of `prepare` depends on; `plan.json` of its work folder. */
export interface WorkPlan {
  readonly version: 1;
  readonly size: number;
  readonly format: ImageFormat;
  readonly shardImages: number;
  /** SHA-256 of the classes and of every image's name and label. */
  readonly pictures: string;
  /** SHA-256 of the layout and of the byte range of every image inside its tar. */
  readonly places: string;
  readonly sharp: string;
  readonly libvips: string;
}

/**
 * Describes what is going to be prepared. It lists the whole source, which takes a second or two for ILSVRC.
 */
export async function workPlan(
  source: IlsvrcSource,
  options: Pick<WorkPlan, 'size' | 'format' | 'shardImages'>,
  signal?: AbortSignal,
): Promise<WorkPlan> {
  return {
    version: 1,
    ...options,
    ...(await listSource(source, signal)),
    sharp: sharp.versions.sharp ?? '',
    libvips: sharp.versions.vips,
  };
}

/** The hashes of a {@link WorkPlan} that depend on the source. */
export async function listSource(
  source: IlsvrcSource,
  signal?: AbortSignal,
): Promise<Pick<WorkPlan, 'pictures' | 'places'>> {
  const pictures = createHash('sha256').update(JSON.stringify(source.classes));
  const places = createHash('sha256').update(source.layout);
  for (const split of splits) {
    pictures.update(`\n${split}`);
    places.update(`\n${split}`);
    for await (const { name, label, bytes } of source.images(split)) {
      signal?.throwIfAborted();
      pictures.update(`\n${label} ${name}`);
      const { range, row } = bytes;
      places.update(range ? `\n${range.offset} ${range.size}` : row ? `\n${row.group} ${row.index}` : '\n');
    }
  }
  return { pictures: pictures.digest('hex'), places: places.digest('hex') };
}

/**
 * The differences of two plans in words; empty if there are none. Fields that are missing from one of them
 * are not compared.
 */
export function planDifference(
  now: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): string {
  return Object.keys(now)
    .filter((key) => key in before && now[key] !== before[key])
    .map((key) => (key in inWords ? inWords[key] : `${key} was ${before[key]}, is now ${now[key]}`))
    .join('; ');
}

/** What is said of a source with other `pictures`. */
export const PICTURES_CHANGED = 'the source has other classes or images';

const inWords: Readonly<Record<string, string>> = {
  pictures: PICTURES_CHANGED,
  places: 'the files of the source have changed',
};
