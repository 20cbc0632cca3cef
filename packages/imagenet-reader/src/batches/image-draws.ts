import { drawColorShift, type RgbPca } from '@alexnet/augment-pca';
import { permutation, randomStream } from '@alexnet/random';
import { type CropView, centerView, drawView, tenCropViews } from '@alexnet/ten-crop';
import type { ResolvedAugment } from './augment-options.js';
import type { BatchJob } from './batch-plan.js';

/** The first key of every stream: the purpose of the draw, so that no two purposes share numbers. */
const PURPOSE = { order: 1, view: 2, chunkView: 3, color: 4 } as const;

const CHUNK = 32; // images that share a view in the original program

/** Identifies the draws of an epoch. */
export interface EpochKey {
  readonly seed: number;
  readonly epoch: number;
}

/** The images of an epoch, in the order of the batches. */
export function epochOrder(images: number, shuffle: boolean, { seed, epoch }: EpochKey): Uint32Array {
  if (!shuffle) return Uint32Array.from({ length: images }, (_, i) => i);
  return permutation(images, randomStream(seed, PURPOSE.order, epoch));
}

/** Everything that the draws of a batch depend on, besides its images. */
export interface DrawSettings extends EpochKey {
  readonly augment: ResolvedAugment;
  readonly imageSize: number;
  readonly pca: RgbPca;
}

/**
 * Draws the views and colour shifts of the images of a batch.
 *
 * @param first Position of the first image in the epoch's order.
 */
export function drawBatch(images: Uint32Array, first: number, settings: DrawSettings): BatchJob {
  const { augment, imageSize, pca } = settings;
  const views: CropView[] = [];
  const shifts = new Float64Array(images.length * 3);
  for (const [i, image] of images.entries()) {
    views.push(...viewsOf(image, first + i, imageSize, augment, settings));
    shifts.set(colorShiftOf(image, pca, augment, settings), i * 3);
  }
  return { images, views, shifts };
}

/**
 * The views of one image. Draws depend on seed, epoch and image (or, per chunk, on the position in the
 * epoch's order), never on earlier draws.
 */
function viewsOf(
  image: number,
  position: number,
  imageSize: number,
  { crop, cropSize: size, mirror, crops }: ResolvedAugment,
  { seed, epoch }: EpochKey,
): readonly CropView[] {
  if (crop === 'ten') return tenCropViews({ imageSize, size });
  if (typeof crop === 'object') return crop;
  if (crop === 'center') return [centerView({ imageSize, size })];
  const stream =
    crops === 'perImage'
      ? randomStream(seed, PURPOSE.view, epoch, image)
      : randomStream(seed, PURPOSE.chunkView, epoch, Math.floor(position / CHUNK));
  return [drawView(stream, { imageSize, size, mirror })];
}

/** The colour added to one image. */
function colorShiftOf(
  image: number,
  rgbPca: RgbPca,
  { crop, pca }: ResolvedAugment,
  { seed, epoch }: EpochKey,
): [number, number, number] {
  if (!pca || crop === 'ten' || typeof crop === 'object') return [0, 0, 0];
  return drawColorShift(randomStream(seed, PURPOSE.color, epoch, image), rgbPca, pca);
}
