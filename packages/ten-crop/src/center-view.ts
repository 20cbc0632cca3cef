import type { CropView } from './crop-view.js';
import { sparePixels } from './spare-pixels.js';
import type { ViewGeometry } from './ten-crop-views.js';

/**
 * The central view of an image, at `floor((side - size) / 2)` on each axis, not mirrored.
 *
 * @throws RangeError if the view does not fit in the image.
 * @example
 * centerView({ imageSize: 256 }); // { top: 16, left: 16, mirror: false }
 */
export function centerView({ imageSize, size = 224 }: ViewGeometry): CropView {
  const [down, right] = sparePixels(imageSize, size, 'centerView');
  return { top: Math.floor(down / 2), left: Math.floor(right / 2), mirror: false };
}
