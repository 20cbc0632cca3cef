import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { ImageFormat } from '../prepared/image-format.js';
import { type IlsvrcSource, splits } from '../source/ilsvrc-source.js';
import { sourceState } from '../source/source-state.js';

/** Everything that the output of `prepare` depends on; `plan.json` of its work folder. */
export interface WorkPlan {
  readonly version: 1;
  readonly size: number;
  readonly format: ImageFormat;
  readonly shardImages: number;
  /** SHA-256 of the classes and of every image's name and label. */
  readonly pictures: string;
  /** The {@link sourceState}: the places, sizes and times of the files. */
  readonly files: string;
  readonly sharp: string;
  readonly libvips: string;
}

/**
 * Describes what is going to be prepared. It lists the whole source, and asks for the size and time of every file.
 */
export async function workPlan(
  source: IlsvrcSource,
  options: Pick<WorkPlan, 'size' | 'format' | 'shardImages'>,
  signal?: AbortSignal,
): Promise<WorkPlan> {
  const pictures = createHash('sha256').update(JSON.stringify(source.classes));
  for (const split of splits) {
    pictures.update(`\n${split}`);
    for await (const { name, label } of source.images(split)) {
      signal?.throwIfAborted();
      pictures.update(`\n${label} ${name}`);
    }
  }
  return {
    version: 1,
    ...options,
    pictures: pictures.digest('hex'),
    files: await sourceState(source, { signal }),
    sharp: sharp.versions.sharp ?? '',
    libvips: sharp.versions.vips,
  };
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

const inWords: Readonly<Record<string, string>> = {
  pictures: 'the source has other classes or images',
  files: 'the files of the source have changed',
};
