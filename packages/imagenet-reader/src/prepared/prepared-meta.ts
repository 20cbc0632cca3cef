import { createHash } from 'node:crypto';
import type { RgbCovarianceJson, RgbPca, Triple } from '@alexnet/augment-pca';
import type { ImageClass, Split } from '../source/ilsvrc-source.js';
import type { ImageFormat } from './image-format.js';

/** An image that was skipped, and why. */
export interface SkippedImage {
  readonly split: Split;
  readonly location: string;
  readonly reason: string;
}

/** A finished shard. */
export interface ShardFile {
  readonly file: string;
  readonly bytes: number;
  readonly images: number;
  readonly sha256: string;
}

/** A split as `meta.json` describes it. */
export interface SplitMeta {
  readonly images: number;
  /** A file of `INDEX_ENTRY_BYTES` for each image. */
  readonly index: string;
  readonly indexSha256: string;
  readonly shards: readonly ShardFile[];
}

/** `meta.json` of a prepared folder, written last. */
export interface PreparedMeta {
  readonly kind: typeof PREPARED_KIND;
  readonly version: typeof PREPARED_VERSION;
  readonly size: number;
  readonly format: ImageFormat;
  /** Images of the source per shard; a shard holds fewer if some were skipped. */
  readonly shardImages: number;
  /** SHA-256 of the classes and of every image's name and label. */
  readonly pictures: string;
  readonly classes: readonly ImageClass[];
  readonly channelMeans: Triple;
  /** A file of size * size * 3 little-endian float32 values. */
  readonly meanImage: string;
  readonly meanImageSha256: string;
  readonly pca: RgbPca;
  readonly covariance: RgbCovarianceJson;
  /** The splits that exist; `train` always does. */
  readonly splits: Readonly<{ train: SplitMeta } & Partial<Record<Split, SplitMeta>>>;
  readonly skipped: readonly SkippedImage[];
  /** SHA-256 of all other fields. */
  readonly checksum: string;
}

export const PREPARED_KIND = 'alexnet-prepared-images';
export const PREPARED_VERSION = 2;
export const MEAN_FILE = 'mean-image.f32';

/** Number of images in each split; 0 for a missing split. */
export function imagesOf({ splits }: PreparedMeta): Record<Split, number> {
  return { train: splits.train.images, val: splits.val?.images ?? 0, test: splits.test?.images ?? 0 };
}

/** The text of `meta.json`, with its checksum; a given `checksum` is ignored. */
export function metaText(meta: Omit<PreparedMeta, 'checksum'>): string {
  const { checksum: _, ...fields } = { checksum: '', ...meta };
  const checksum = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  return `${JSON.stringify({ ...fields, checksum }, undefined, 1)}\n`;
}
