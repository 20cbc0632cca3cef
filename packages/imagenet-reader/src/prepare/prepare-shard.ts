import { createHash } from 'node:crypto';
import { messageOf } from '@alexnet/validate';
import { encodePixels, type ImageFormat } from '../prepared/image-format.js';
import type { SkippedImage } from '../prepared/prepared-meta.js';
import { readAhead } from '../prepared/read-ahead.js';
import type { SourceImage, Split } from '../source/ilsvrc-source.js';
import type { ImageReader } from '../source/image-reader.js';
import { digestOf, type FilesState, filesOf } from '../source/source-state.js';
import type { PrioritySemaphore } from './priority-semaphore.js';
import { ShardWriter, type WrittenShard } from './shard-writer.js';
import { squarePixels } from './square-pixels.js';
import { TrainingStatistics, type TrainingSums } from './training-statistics.js';
import { isUnreadableImage } from './unreadable-image.js';

/** A shard to be written, as plain data, so any process can write it. */
export interface ShardTask {
  readonly split: Split;
  /** Where to write it. */
  readonly file: string;
  /** Number of its first image in the split of the source; keys start with such numbers. */
  readonly first: number;
  readonly images: readonly SourceImage[];
}

/** Settings of all shards. */
export interface ShardSettings {
  readonly size: number;
  readonly format: ImageFormat;
  readonly onError: 'stop' | 'skip';
  /** Images processed at a time, in all shards of the process. */
  readonly concurrency: number;
}

/** A finished shard; no shard is kept if `entries` is empty. */
export interface ShardResult extends WrittenShard {
  readonly skipped: readonly SkippedImage[];
  /** The state of the files that it was made from. */
  readonly state: FilesState;
  /** Only for a shard of the training split. */
  readonly sums?: TrainingSums;
}

/** What {@link prepareShard} needs besides the task. */
export interface ShardContext {
  readonly reader: ImageReader;
  /**
   * Shared by the shards of the process. The first shard takes all of it until its last images leave room.
   */
  readonly semaphore: PrioritySemaphore;
  readonly rank: number;
  readonly signal?: AbortSignal;
  /** Called after every image. */
  onImage(): void;
}

/**
 * Images that may be done before their turn, as a multiple of `concurrency`, so that a large image does not
 * hold up the others.
 */
const READY_AHEAD = 4;

interface Encoded {
  /** The {@link digestOf} the file. */
  readonly digest: Buffer;
  readonly pixels?: Uint8Array;
  readonly bytes?: Buffer;
  readonly problem?: string;
}

/**
 * Decodes, crops, encodes and measures the images of one shard, several at a time, and writes them in order.
 *
 * @throws Error of one line that names the image if it cannot be read or decoded and `onError` is `stop`, or
 *   if more than this image cannot be read.
 */
export async function prepareShard(
  { split, file, first, images }: ShardTask,
  settings: ShardSettings,
  { reader, semaphore, rank, signal, onImage }: ShardContext,
): Promise<ShardResult> {
  const { size, format, onError, concurrency } = settings;
  const writer = new ShardWriter(file, format);
  const statistics = split === 'train' ? new TrainingStatistics(size) : undefined;
  const skipped: SkippedImage[] = [];
  const make = (i: number, stopped: AbortSignal): Promise<Encoded> =>
    semaphore.run(rank, () => encode(images[i] as SourceImage, settings, reader, stopped));
  try {
    const files = await filesOf(images); // before they are read, so a later change is noticed
    const content = createHash('sha256');
    let i = 0;
    for await (const result of readAhead(make, {
      from: 0,
      to: images.length,
      ahead: concurrency * READY_AHEAD - 1,
      signal,
    })) {
      const { name, label, location } = images[i] as SourceImage;
      const { pixels, bytes, digest, problem = '' } = result;
      content.update(digest);
      if (pixels && bytes) {
        statistics?.add(pixels);
        await writer.add(keyOf(first + i, name), bytes, label);
      } else if (onError === 'skip') skipped.push({ split, location, reason: problem });
      else throw undecodable(location, problem);
      i++;
      onImage();
    }
    const written = await writer.finish();
    return {
      ...written,
      skipped,
      state: { files, content: content.digest('hex') },
      ...(statistics && { sums: statistics.sums() }),
    };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function encode(
  image: SourceImage,
  { size, format, onError }: ShardSettings,
  reader: ImageReader,
  stopped: AbortSignal,
): Promise<Encoded> {
  stopped.throwIfAborted();
  let file: Buffer;
  try {
    file = await reader.read(image);
  } catch (error) {
    if (onError === 'stop' || !(await isUnreadableImage(error, image))) throw error;
    return { digest: digestOf(undefined), problem: messageOf(error) };
  }
  stopped.throwIfAborted();
  const digest = digestOf(file);
  try {
    const pixels = await squarePixels(file, size);
    stopped.throwIfAborted();
    return { digest, pixels, bytes: await encodePixels(pixels, size, format) };
  } catch (error) {
    stopped.throwIfAborted();
    return { digest, problem: messageOf(error) };
  }
}

function undecodable(location: string, problem: string): Error {
  return new Error(
    `${location} cannot be decoded (${problem}); fetch it again, or skip such images with onError: 'skip'.`,
  );
}

/** WebDataset keys end at the first dot. The image's number in the source makes them unique and ordered. */
function keyOf(image: number, name: string): string {
  const stem = name.replace(/\.[^.]*$/, '').replace(/[^\w-]/g, '_');
  return `${String(image).padStart(8, '0')}_${stem.slice(0, 60)}`;
}
