import { requireKnownOptions } from '@alexnet/validate';
import { slice, type Tensor4D } from '@tensorflow/tfjs-core';
import { centerView } from './center-view.js';
import { checkImages } from './check-images.js';
import type { CropOptions } from './ten-crop.js';

/**
 * Cuts the central view of every image: `[N, H, W, C] -> [N, size, size, C]`.
 *
 * @throws TypeError if `images` has not rank 4 or an option is unknown; RangeError if the view does not fit.
 * @example
 * const views = centerCrop(images, { size: 224 });
 */
export function centerCrop(images: Tensor4D, options: CropOptions = {}): Tensor4D {
  requireKnownOptions(options, ['size'], 'centerCrop');
  const { size = 224 } = options;
  const imageSize = checkImages(images, 'centerCrop');
  const { top, left } = centerView({ imageSize, size });
  return slice(images, [0, top, left, 0], [images.shape[0], size, size, images.shape[3]]);
}
