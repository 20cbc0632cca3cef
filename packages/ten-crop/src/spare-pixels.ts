import { describeValue } from '@alexnet/validate';
import type { ImageSize } from './crop-view.js';

/**
 * How far a view of `size` pixels can move down and to the right inside an image: `[height - size, width - size]`.
 *
 * @throws RangeError if a side is not a whole number >= 1, or the view is larger than the image.
 */
export function sparePixels(imageSize: ImageSize, size: number, name: string): [number, number] {
  const [height, width] = Array.isArray(imageSize) ? imageSize : [imageSize, imageSize];
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(
        `imageSize must be whole numbers >= 1 (${name}), got ${describeValue(imageSize)}.`,
      );
    }
  }
  if (!Number.isInteger(size) || size < 1 || size > height || size > width) {
    throw new RangeError(
      `size must be a whole number from 1 to the image's shorter side, ${Math.min(height, width)} (${name}), got ${describeValue(size)}.`,
    );
  }
  return [height - size, width - size];
}
