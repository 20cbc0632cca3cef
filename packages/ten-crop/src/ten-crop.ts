import { requireKnownOptions } from '@alexnet/validate';
import { reshape, reverse, slice, stack, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { checkImages } from './check-images.js';
import { tenCropViews } from './ten-crop-views.js';

/** Options of {@link tenCrop} and {@link centerCrop}. */
export interface CropOptions {
  /** Side of the square view in pixels; 224, sec. 4.1. */
  readonly size?: number;
}

/**
 * Cuts the ten test views of every image: `[N, H, W, C] -> [N * 10, size, size, C]`, the ten of an image together.
 *
 * The order is top-left, top-right, centre, bottom-left, bottom-right, then the same five mirrored. The network's
 * softmax outputs for the ten are averaged: see `averageViews`. Krizhevsky et al. 2012, sec. 4.1.
 *
 * @throws TypeError if `images` has not rank 4 or an option is unknown; RangeError if the view does not fit.
 * @example
 * const probabilities = averageViews(model.predict(tenCrop(images)));
 */
export function tenCrop(images: Tensor4D, options: CropOptions = {}): Tensor4D {
  requireKnownOptions(options, ['size'], 'tenCrop');
  const { size = 224 } = options;
  const imageSize = checkImages(images, 'tenCrop');
  const [count, , width, channels] = images.shape;
  const geometry = tenCropViews({ imageSize, size });
  return tidy(() => {
    const mirrored = reverse(images, 2);
    const views = geometry.map(({ top, left, mirror }) =>
      slice(
        mirror ? mirrored : images,
        [0, top, mirror ? width - size - left : left, 0],
        [count, size, size, channels],
      ),
    ); // ten of [N, size, size, C]
    return reshape(stack(views, 1), [count * views.length, size, size, channels]);
  });
}
