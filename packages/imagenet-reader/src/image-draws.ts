import { drawColorShift, type RgbPca } from '@alexnet/augment-pca';
import { permutation, randomStream } from '@alexnet/random';
import { type CropView, centerView, drawView, tenCropViews } from '@alexnet/ten-crop';
import type { ResolvedAugment } from './augment-options.js';

/** First key of every stream: what the draw is for, so that no two purposes share numbers. */
const PURPOSE = { order: 1, view: 2, chunkView: 3, color: 4 } as const;

const CHUNK = 32; // pictures that share a view in the original program

/** Identifies an epoch's draws. */
export interface EpochKey {
  readonly seed: number;
  readonly epoch: number;
}

/** The pictures of an epoch, in the order of the batches. */
export function epochOrder(images: number, shuffle: boolean, { seed, epoch }: EpochKey): Uint32Array {
  if (!shuffle) return Uint32Array.from({ length: images }, (_, i) => i);
  return permutation(images, randomStream(seed, PURPOSE.order, epoch));
}

/**
 * The views of one picture. Draws depend on seed, epoch and picture (or, per chunk, on the place in the epoch's order),
 * never on what was drawn before.
 */
export function viewsOf(
  image: number,
  place: number,
  imageSize: number,
  { crop, cropSize: size, mirror, crops }: ResolvedAugment,
  { seed, epoch }: EpochKey,
): CropView[] {
  if (crop === 'ten') return tenCropViews({ imageSize, size });
  if (crop === 'center') return [centerView({ imageSize, size })];
  const stream =
    crops === 'perImage'
      ? randomStream(seed, PURPOSE.view, epoch, image)
      : randomStream(seed, PURPOSE.chunkView, epoch, Math.floor(place / CHUNK));
  return [drawView(stream, { imageSize, size, mirror })];
}

/** The colour added to one picture. */
export function colorShiftOf(
  image: number,
  rgbPca: RgbPca,
  { crop, pca }: ResolvedAugment,
  { seed, epoch }: EpochKey,
): [number, number, number] {
  if (!pca || crop === 'ten') return [0, 0, 0];
  return drawColorShift(randomStream(seed, PURPOSE.color, epoch, image), rgbPca, pca);
}
