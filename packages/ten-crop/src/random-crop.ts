import { randomStream } from '@alexnet/random';
import { requireBoolean, requireKnownOptions } from '@alexnet/validate';
import { concat, reverse, slice, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { checkImages } from './check-images.js';
import { drawView } from './draw-view.js';

/** First key after the seed: other draws for the same image, such as its color noise, have another number there. */
const VIEW = 2;

/** Options of {@link randomCrop}. */
export interface RandomCropOptions {
  /** Side of the square view in pixels; 224, sec. 4.1. */
  readonly size?: number;
  /** Mirror half of the views; true, sec. 4.1. */
  readonly mirror?: boolean;
  /** The seed of every draw. */
  readonly seed: number;
  /** The epoch, so that an image is cut differently in each; 0. */
  readonly epoch?: number;
  /** Number of the batch's first image in the data set: image i draws from `(seed, epoch, firstImage + i)`; 0. */
  readonly firstImage?: number;
}

/**
 * Cuts one random view of every image, half of them mirrored: `[N, H, W, C] -> [N, size, size, C]`.
 *
 * Offsets are uniform over `0 .. H - size` and `0 .. W - size`, ends included, drawn once an image from
 * `(seed, epoch, firstImage + i)`: the same whatever the batch size. Krizhevsky et al. 2012, sec. 4.1.
 *
 * @throws TypeError if `images` has not rank 4 or an option is unknown; RangeError if the view does not fit or a key is no whole number.
 * @example
 * const views = randomCrop(images, { seed: 1, epoch });
 */
export function randomCrop(images: Tensor4D, options: RandomCropOptions): Tensor4D {
  requireKnownOptions(options, ['size', 'mirror', 'seed', 'epoch', 'firstImage'], 'randomCrop');
  const { size = 224, mirror = true, seed, epoch = 0, firstImage = 0 } = options;
  requireBoolean('mirror', mirror, 'randomCrop');
  const imageSize = checkImages(images, 'randomCrop');
  const [count, , , channels] = images.shape;
  if (count === 0) return slice(images, [0, 0, 0, 0], [0, size, size, channels]);
  return tidy(() => {
    const views: Tensor4D[] = [];
    for (let i = 0; i < count; i++) {
      const view = drawView(randomStream(seed, VIEW, epoch, firstImage + i), { imageSize, size, mirror });
      const cut = slice(images, [i, view.top, view.left, 0], [1, size, size, channels]);
      views.push(view.mirror ? reverse(cut, 2) : cut);
    }
    return concat(views, 0);
  });
}
