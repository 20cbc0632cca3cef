import { requireKnownOptions } from '@alexnet/validate';
import { slice, type Tensor4D } from '@tensorflow/tfjs-core';
import { type CropView, sizeOfImages, sparePixels, type ViewGeometry } from './crop-view.js';
import type { CropOptions } from './ten-crop.js';

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

/**
 * Cuts the central view of every image: `[N, H, W, C] -> [N, size, size, C]`.
 *
 * @throws TypeError if `images` is not of rank 4 or an option is unknown; RangeError if the view does not
 *   fit.
 * @example
 * const views = centerCrop(images, { size: 224 });
 */
export function centerCrop(images: Tensor4D, options: CropOptions = {}): Tensor4D {
  requireKnownOptions(options, ['size'], 'centerCrop');
  const { size = 224 } = options;
  const { top, left } = centerView({ imageSize: sizeOfImages(images, 'centerCrop'), size });
  return slice(images, [0, top, left, 0], [images.shape[0], size, size, images.shape[3]]);
}
