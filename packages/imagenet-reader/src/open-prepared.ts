import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RgbPca, Triple } from '@alexnet/augment-pca';
import {
  type BatchOptions,
  type PixelBatchOptions,
  type RawBatchOptions,
  resolveBatches,
  resolvePixelBatches,
} from './batches/batch-options.js';
import { type BatchDataset, batches } from './batches/batches.js';
import { type BatchedData, type RawBatches, rawBatches } from './batches/raw-batches.js';
import { checkMeta } from './prepared/check-meta.js';
import { decodePixels, type ImageFormat } from './prepared/image-format.js';
import { damagedImage, isEntry } from './prepared/prepared-entry.js';
import type { PreparedMeta, SplitMeta } from './prepared/prepared-meta.js';
import { INDEX_ENTRY_BYTES, IndexReader } from './prepared/shard-index.js';
import { FilePool } from './source/file-pool.js';
import { type ImageClass, META_FILE, type Split } from './source/ilsvrc-source.js';
import { readTarHeader } from './source/tar-header.js';

/** A prepared image: `size * size` RGB bytes. */
export interface PreparedImage {
  readonly pixels: Uint8Array;
  readonly label: number;
  /** Its WebDataset key: running number and the name of the file it came from. */
  readonly key: string;
}

/** A folder written by `prepare`, opened by {@link openPrepared}. */
export interface PreparedData {
  readonly path: string;
  readonly classes: readonly ImageClass[];
  /** Side of the images in pixels. */
  readonly size: number;
  readonly format: ImageFormat;
  /** Mean of R, G and B over the training split. */
  readonly channelMeans: Triple;
  /** Mean of every pixel over the training split, `[size, size, 3]`. */
  readonly meanImage: Float32Array;
  readonly pca: RgbPca;
  /** Images of each split; 0 for one that is not there. */
  readonly splits: Readonly<Record<Split, { readonly images: number }>>;
  /** Label of an image, without reading it. */
  label(split: Split, index: number): number;
  /** Reads and decodes one image. */
  image(split: Split, index: number): Promise<PreparedImage>;
  /** Augmented batches as tensors, for `for await` or `model.fitDataset`. */
  batches(options: BatchOptions): BatchDataset;
  /** The same as typed arrays, without TensorFlow.js. */
  rawBatches(options: RawBatchOptions): RawBatches;
  /** Views as bytes, cut and mirrored but otherwise as they are, for programs that normalise on their own. */
  pixelBatches(options: PixelBatchOptions): RawBatches<Uint8Array>;
  /** Ends all batches under way and closes every file. */
  close(): Promise<void>;
}

/**
 * Opens a folder that `prepare` wrote.
 *
 * @throws Error of one line that names the file if the folder is not whole, of another version, or not prepared at all.
 * @example
 * const data = await openPrepared('/data/ilsvrc-256');
 * for await (const { xs, ys } of data.batches({ split: 'train', epoch, seed })) { ... }
 */
export async function openPrepared(path: string): Promise<PreparedData> {
  const meta = await readMeta(path);
  const meanImage = await readMean(path, meta);
  const [train, val, test] = [
    await openSplit(path, meta.splits.train, meta),
    await openSplit(path, meta.splits.val, meta),
    await openSplit(path, meta.splits.test, meta),
  ];
  const indexes: Record<Split, IndexReader> = { train, val, test };
  const pool = new FilePool({
    closed: (file) => `${file} cannot be read: the prepared data was closed.`,
    tooShort: (file) => `${file} is shorter than its index says; prepare it again.`,
  });
  const shards = (split: Split): string[] =>
    (meta.splits[split]?.shards ?? []).map(({ file }) => join(path, file));
  const image = async (split: Split, index: number): Promise<PreparedImage> => {
    const entry = indexes[split].at(index);
    const shard = shards(split)[entry.shard] ?? '';
    const bytes = await pool.read(shard, entry.block * 512, 512 + entry.size);
    try {
      if (!isEntry(bytes, entry)) throw new Error('the index points elsewhere');
      const pixels = await decodePixels(bytes.subarray(512), meta.size, meta.format);
      return { pixels, label: entry.label, key: readTarHeader(bytes)?.name.replace(/\..*$/, '') ?? '' };
    } catch (error) {
      throw damagedImage(shard, split, index, error);
    }
  };
  const { classes, size, format, channelMeans, pca } = meta;
  const counts = { train: { images: train.count }, val: { images: val.count }, test: { images: test.count } };
  const known = { path, classes, size, format, channelMeans, meanImage, pca, splits: counts };
  let closed: Error | undefined;
  const batched: BatchedData = {
    ...known,
    shards,
    index: (split) => indexes[split].words,
    making: new Set(),
    throwIfClosed() {
      if (closed) throw closed;
    },
  };
  return {
    ...known,
    label: (split, index) => indexes[split].at(index).label,
    image,
    batches: (options) =>
      batches(
        rawBatches(batched, resolveBatches(known, { ...options, reuse: false }), 'float32'),
        options,
        classes.length,
      ),
    rawBatches: (options) => rawBatches(batched, resolveBatches(known, options), 'float32'),
    pixelBatches: (options) => rawBatches(batched, resolvePixelBatches(known, options), 'uint8'),
    async close() {
      closed ??= new Error(`${path} cannot be read: the prepared data was closed.`);
      const making = [...batched.making];
      await Promise.all([pool.close(), ...making.map((source) => source.close(closed))]);
    },
  };
}

async function readMeta(path: string): Promise<PreparedMeta> {
  const file = join(path, META_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${path} holds no ${META_FILE}: it was not written by prepare, or not to its end.`, {
      cause: error,
    });
  }
  return checkMeta(text, file);
}

async function readMean(path: string, { size, meanImage }: PreparedMeta): Promise<Float32Array> {
  const bytes = await readWhole(join(path, meanImage), size * size * 3 * 4);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

async function openSplit(
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
