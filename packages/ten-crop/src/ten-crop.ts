import { requireKnownOptions } from '@alexnet/validate';
import { reshape, reverse, slice, stack, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { type CropView, sizeOfImages, sparePixels, type ViewGeometry } from './crop-view.js';

/** Options of {@link tenCrop} and of `centerCrop`. */
export interface CropOptions {
  /** Side of the square view in pixels; 224, sec. 4.1. */
  readonly size?: number;
}

/**
 * The ten views of the test procedure: top-left, top-right, center, bottom-left, bottom-right, then the same
 * mirrored.
 *
 * The center view is at `floor((side - size) / 2)`. Krizhevsky et al. 2012, sec. 4.1.
 *
 * @throws RangeError if the view does not fit in the image.
 * @example
 * tenCropViews({ imageSize: 256 })[4]; // { top: 32, left: 32, mirror: false }
 */
export function tenCropViews({ imageSize, size = 224 }: ViewGeometry): CropView[] {
  const [down, right] = sparePixels(imageSize, size, 'tenCropViews');
  const offsets = [
    [0, 0],
    [0, right],
    [Math.floor(down / 2), Math.floor(right / 2)],
    [down, 0],
    [down, right],
  ] as const;
  return [false, true].flatMap((mirror) => offsets.map(([top, left]) => ({ top, left, mirror })));
}

/**
 * Cuts the ten test views of every image: `[N, H, W, C] -> [N * 10, size, size, C]`, the ten of an image in a
 * row.
 *
 * They are in the order of {@link tenCropViews}. The paper averages the network's softmax outputs over the
 * ten, as `averageViews` does. Krizhevsky et al. 2012, sec. 4.1.
 *
 * @throws TypeError if `images` is not of rank 4 or an option is unknown; RangeError if the view does not
 *   fit.
 * @example
 * const probabilities = averageViews(model.predict(tenCrop(images)));
 */
export function tenCrop(images: Tensor4D, options: CropOptions = {}): Tensor4D {
  requireKnownOptions(options, ['size'], 'tenCrop');
  const { size = 224 } = options;
  const imageSize = sizeOfImages(images, 'tenCrop');
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
