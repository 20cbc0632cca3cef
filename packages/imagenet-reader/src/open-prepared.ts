import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RgbPca, Triple } from '@alexnet/augment-pca';
import type { BatchOptions, PixelBatchOptions, RawBatchOptions } from './batches/batch-options.js';
import type { BatchDataset } from './batches/batches.js';
import { PreparedBatches } from './batches/prepared-batches.js';
import type { RawBatches } from './batches/raw-batches.js';
import type { ImageFormat } from './prepared/image-format.js';
import type { PreparedMeta, SplitMeta } from './prepared/prepared-meta.js';
import { readMeta } from './prepared/read-meta.js';
import { INDEX_ENTRY_BYTES, IndexReader } from './prepared/shard-index.js';
import { type PreparedImage, StoredImages } from './prepared/stored-images.js';
import type { ImageClass, Split } from './source/ilsvrc-source.js';

/** A folder written by `prepare`, opened by {@link openPrepared}. */
export interface PreparedData {
  readonly path: string;
  readonly classes: readonly ImageClass[];
  /** Side of the images, in pixels. */
  readonly size: number;
  readonly format: ImageFormat;
  /** Means of R, G and B over the training split. */
  readonly channelMeans: Triple;
  /** Mean of every pixel over the training split, `[size, size, 3]`. */
  readonly meanImage: Float32Array;
  readonly pca: RgbPca;
  /** A SHA-256 that covers every file of the folder: labels, pixels and statistics. */
  readonly checksum: string;
  /** Number of images in each split; 0 for a missing split. */
  readonly splits: Readonly<Record<Split, { readonly images: number }>>;
  /** The label of an image, without reading the image. */
  label(split: Split, index: number): number;
  /** Reads and decodes one image. */
  image(split: Split, index: number): Promise<PreparedImage>;
  /** Augmented batches as tensors, for `for await` or `model.fitDataset`. */
  batches(options: BatchOptions): BatchDataset;
  /** The same batches as typed arrays, without TensorFlow.js. */
  rawBatches(options: RawBatchOptions): RawBatches;
  /** Views as bytes, cropped and mirrored but otherwise unchanged, for programs that normalise them. */
  pixelBatches(options: PixelBatchOptions): RawBatches<Uint8Array>;
  /** Ends all iterations in progress and closes every file. */
  close(): Promise<void>;
}

/**
 * Opens a folder that `prepare` wrote.
 *
 * @throws Error of one line that names the file if the folder is incomplete, of another version, or not
 *   prepared at all.
 * @example
 * const data = await openPrepared('/data/ilsvrc-256');
 * for await (const { xs, ys } of data.batches({ split: 'train', epoch, seed })) { ... }
 */
export async function openPrepared(path: string): Promise<PreparedData> {
  const meta = await readMeta(path);
  const meanImage = await readMean(path, meta);
  const { classes, size, format, channelMeans, pca, checksum } = meta;
  const [train, val, test] = [
    await readIndex(path, meta.splits.train, meta),
    await readIndex(path, meta.splits.val, meta),
    await readIndex(path, meta.splits.test, meta),
  ];
  const indexes: Record<Split, IndexReader> = { train, val, test };
  const shards = shardPaths(path, meta);
  const counts = { train: { images: train.count }, val: { images: val.count }, test: { images: test.count } };
  const described = { path, classes, size, format, channelMeans, meanImage, pca, checksum, splits: counts };
  const images = new StoredImages({ size, format, shards, indexes });
  const batches = new PreparedBatches({ ...described, shards, indexes });
  return {
    ...described,
    label: (split, index) => indexes[split].at(index).label,
    image: (split, index) => images.read(split, index),
    batches: (options) => batches.tensors(options),
    rawBatches: (options) => batches.raw(options),
    pixelBatches: (options) => batches.pixels(options),
    async close() {
      await Promise.all([images.close(), batches.close()]);
    },
  };
}

function shardPaths(path: string, { splits }: PreparedMeta): Record<Split, string[]> {
  const paths = (split: Split): string[] => splits[split]?.shards.map(({ file }) => join(path, file)) ?? [];
  return { train: paths('train'), val: paths('val'), test: paths('test') };
}

async function readMean(path: string, { size, meanImage }: PreparedMeta): Promise<Float32Array> {
  const bytes = await readWhole(join(path, meanImage), size * size * 3 * 4);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

async function readIndex(
  path: string,
  split: SplitMeta | undefined,
  meta: PreparedMeta,
): Promise<IndexReader> {
  if (!split) return IndexReader.ofBytes(Buffer.alloc(0));
  const { images, index, shards } = split;
  for (const { file, bytes } of shards) await checkSize(join(path, file), bytes);
  const file = join(path, index);
  const reader = IndexReader.ofBytes(await readWhole(file, images * INDEX_ENTRY_BYTES));
  const rooms = Float64Array.from(shards, ({ bytes }) => bytes);
  const wrong = reader.findWrong(rooms, meta.classes.length);
  if (wrong >= 0) throw new Error(`${file} is damaged at image ${wrong}; prepare ${path} again.`);
  return reader;
}

async function readWhole(file: string, bytes: number): Promise<Buffer> {
  await checkSize(file, bytes);
  return readFile(file);
}

async function checkSize(file: string, bytes: number): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    throw new Error(`${file} is missing; prepare the folder again.`, { cause: error });
  });
  if (found.size !== bytes)
    throw new Error(`${file} has ${found.size} bytes, not ${bytes}; prepare the folder again.`);
}
