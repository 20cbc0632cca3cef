import type { CropView, ImageSize } from './crop-view.js';
import { sparePixels } from './spare-pixels.js';

/** The geometry of a view inside an image. */
export interface ViewGeometry {
  /** The image: one side of a square, or `[height, width]`. 256 in sec. 2. */
  readonly imageSize: ImageSize;
  /** Side of the square view in pixels; 224 in sec. 4.1. */
  readonly size?: number;
}

/**
 * The ten views of the test procedure: top-left, top-right, centre, bottom-left, bottom-right, then the same mirrored.
 *
 * The centre lies at `floor((side - size) / 2)`. Krizhevsky et al. 2012, sec. 4.1.
 *
 * @throws RangeError if the view does not fit in the image.
 * @example
 * tenCropViews({ imageSize: 256 })[4]; // { top: 32, left: 32, mirror: false }
 */
export function tenCropViews({ imageSize, size = 224 }: ViewGeometry): CropView[] {
  const [down, right] = sparePixels(imageSize, size, 'tenCropViews');
  const places = [
    [0, 0],
    [0, right],
    [Math.floor(down / 2), Math.floor(right / 2)],
    [down, 0],
    [down, right],
  ] as const;
  return [false, true].flatMap((mirror) => places.map(([top, left]) => ({ top, left, mirror })));
}
