import type { CropView } from '@alexnet/ten-crop';
import type { ImageFormat } from '../prepared/image-format.js';
import type { Split } from '../source/ilsvrc-source.js';
import type { PixelChange } from './view-fuser.js';

/** Everything that the batches of an iteration have in common, as plain data for a worker. */
export interface BatchPlan {
  /** The values of the rows: `float32` for the network, or the bytes of the views. */
  readonly dtype: 'float32' | 'uint8';
  /** Make batches in shared memory that is returned, rather than each in new memory that is handed over. */
  readonly isReused: boolean;
  readonly split: Split;
  /** Side of the stored images. */
  readonly size: number;
  readonly format: ImageFormat;
  /** Paths of the split's shards. */
  readonly shards: readonly string[];
  /** Words of the split's index, in shared memory: see `IndexReader`. */
  readonly index: Uint32Array;
  readonly cropSize: number;
  /** The change of every pixel, for `float32`. */
  readonly change: PixelChange;
}

/** One batch: its images, and everything that was drawn for them. */
export interface BatchJob {
  /** Numbers of the images within the split. */
  readonly images: Uint32Array;
  /** The views of each image in turn, equally many for each. */
  readonly views: readonly CropView[];
  /** Red, green and blue added to each image. */
  readonly shifts: Float64Array;
}
