import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pMapIterable } from 'p-map';
import type { IlsvrcSource, SourceImage, Split } from './ilsvrc-source.js';
import { encodePixels, type ImageFormat } from './image-format.js';
import type { SkippedImage, SplitMeta } from './prepared-meta.js';
import { ShardWriter } from './shard-writer.js';
import { squarePixels } from './square-pixels.js';
import type { TrainingStatistics } from './training-statistics.js';

/** How far `prepare` is: `done` of `total` pictures of a split. */
export interface SplitProgress {
  readonly split: Split;
  readonly done: number;
  readonly total: number;
}

/** What {@link prepareSplit} needs. */
export interface PrepareSplitSettings {
  readonly source: IlsvrcSource;
  readonly dir: string;
  readonly size: number;
  readonly format: ImageFormat;
  readonly shardImages: number;
  readonly onError: 'stop' | 'skip';
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: SplitProgress) => void) | undefined;
  /** Grows by the pictures left out. */
  readonly skipped: SkippedImage[];
  readonly statistics?: TrainingStatistics;
}

interface Encoded {
  readonly image: SourceImage;
  readonly pixels?: Uint8Array;
  readonly bytes?: Buffer;
  readonly problem?: string;
}

/** Writes one split: pictures are decoded several at a time, and written in their order. */
export async function prepareSplit(split: Split, settings: PrepareSplitSettings): Promise<SplitMeta> {
  const { source, dir, format, shardImages, concurrency, signal, statistics } = settings;
  const writer = new ShardWriter({ dir, split, extension: format, shardImages });
  const perClass = new Uint32Array(source.classes.length);
  const working = new Set<Promise<Encoded>>();
  const start = (image: SourceImage): Promise<Encoded> => {
    const work = encode(image, settings);
    working.add(work);
    return work.finally(() => working.delete(work));
  };
  let done = 0;
  try {
    const backpressure = concurrency * 2;
    for await (const result of pMapIterable(source.images(split), start, { concurrency, backpressure })) {
      signal?.throwIfAborted();
      const { image, pixels, bytes } = result;
      if (pixels && bytes) {
        statistics?.add(pixels);
        await writer.add(keyOf(writer.index.count, image.name), bytes, image.label);
        perClass[image.label] = (perClass[image.label] ?? 0) + 1;
      } else skip(split, result, settings);
      settings.onProgress?.({ split, done: ++done, total: source.counts[split] });
    }
    await writer.finish();
  } finally {
    await Promise.allSettled(working); // the caller may close the source next
    await writer.abandon();
  }
  checkClasses(split, source, perClass);
  const index = `${split}.index`;
  await writeFile(join(dir, index), writer.index.bytes(), { flush: true });
  return { images: writer.index.count, index, shards: writer.shards };
}

async function encode(image: SourceImage, { size, format, signal }: PrepareSplitSettings): Promise<Encoded> {
  signal?.throwIfAborted();
  const file = await image.read();
  try {
    const pixels = await squarePixels(file, size);
    return { image, pixels, bytes: await encodePixels(pixels, size, format) };
  } catch (error) {
    return { image, problem: error instanceof Error ? error.message : String(error) };
  }
}

function skip(
  split: Split,
  { image, problem = '' }: Encoded,
  { onError, skipped }: PrepareSplitSettings,
): void {
  if (onError === 'stop') {
    throw new Error(
      `${image.location} cannot be decoded (${problem}); fetch it again, or leave such pictures out with onError: 'skip'.`,
    );
  }
  skipped.push({ split, location: image.location, reason: problem });
}

function checkClasses(split: Split, source: IlsvrcSource, perClass: Uint32Array): void {
  const empty = split === 'train' ? perClass.indexOf(0) : -1;
  const total = perClass.reduce((sum, count) => sum + count, 0);
  if (empty >= 0 || total === 0) {
    const what =
      total === 0 ? `no picture of ${split} is` : `no picture of class ${source.classes[empty]?.wnid} is`;
    throw new Error(`${source.path}: ${what} left after those that cannot be decoded; fetch it again.`);
  }
}

/** WebDataset keys end at the first dot; the running number keeps them apart and in order. */
function keyOf(image: number, name: string): string {
  const stem = name.replace(/\.[^.]*$/, '').replace(/[^\w-]/g, '_');
  return `${String(image).padStart(8, '0')}_${stem.slice(0, 60)}`;
}
