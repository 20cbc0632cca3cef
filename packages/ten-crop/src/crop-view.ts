import { describeValue, requireTensor } from '@alexnet/validate';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/** Where a square view is cut from an image, in pixels, and whether it is then mirrored left to right. */
export interface CropView {
  readonly top: number;
  readonly left: number;
  readonly mirror: boolean;
}

/** The size of an image: one side of a square, or `[height, width]`. */
export type ImageSize = number | readonly [height: number, width: number];

/** The geometry of a view inside an image. */
export interface ViewGeometry {
  /** The image: one side of a square, or `[height, width]`. 256 in sec. 2. */
  readonly imageSize: ImageSize;
  /** Side of the square view in pixels; 224 in sec. 4.1. */
  readonly size?: number;
}

/**
 * How far a view of `size` pixels can move down and to the right inside an image: `[height - size, width -
 * size]`.
 *
 * @throws RangeError if a side is not a whole number >= 1, or the view is larger than the image.
 */
export function sparePixels(imageSize: ImageSize, size: number, caller: string): [number, number] {
  const [height, width] = Array.isArray(imageSize) ? imageSize : [imageSize, imageSize];
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(
        `imageSize must be whole numbers >= 1 (${caller}), got ${describeValue(imageSize)}.`,
      );
    }
  }
  if (!Number.isInteger(size) || size < 1 || size > height || size > width) {
    throw new RangeError(
      `size must be a whole number from 1 to the image's shorter side, ${Math.min(height, width)} (${caller}), got ${describeValue(size)}.`,
    );
  }
  return [height - size, width - size];
}

/** Height and width of a batch of images. @throws TypeError unless it is a tensor `[N, H, W, C]`. */
export function sizeOfImages(images: Tensor4D, caller: string): [height: number, width: number] {
  requireTensor('images', images, { axes: ['N', 'H', 'W', 'C'] }, caller);
  return [images.shape[1], images.shape[2]];
}
