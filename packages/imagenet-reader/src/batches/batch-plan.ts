import type { CropView } from '@alexnet/ten-crop';
import type { ImageFormat } from '../prepared/image-format.js';
import type { Split } from '../source/ilsvrc-source.js';
import type { PixelChange } from './view-fuser.js';

/** What all batches of an iteration have in common, as plain data that a worker can be sent. */
export interface BatchPlan {
  /** What the rows hold: `float32` as the network takes them, or the bytes of the views. */
  readonly dtype: 'float32' | 'uint8';
  /** Make batches in shared memory that comes back, not each in memory of its own that is handed over. */
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
  /** For `float32`. */
  readonly change: PixelChange;
}

/** One batch: its images, and all that was drawn for them. */
export interface BatchJob {
  /** Numbers of the images within the split. */
  readonly images: Uint32Array;
  /** As many for each image, image by image. */
  readonly views: readonly CropView[];
  /** Red, green and blue added to each image. */
  readonly shifts: Float64Array;
}
