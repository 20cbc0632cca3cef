import { type RandomStream, randomStream } from '@alexnet/random';
import { requireBoolean, requireKnownOptions } from '@alexnet/validate';
import { concat, reverse, slice, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { type CropView, sizeOfImages, sparePixels, type ViewGeometry } from './crop-view.js';

/** Options of {@link drawView}. */
export interface DrawViewOptions extends ViewGeometry {
  /** Mirror half of the views; true in sec. 4.1. */
  readonly mirror?: boolean;
}

/**
 * Draws a training view: both offsets are uniform over `0 .. side - size`, ends included, and a fair coin
 * decides whether it is mirrored.
 *
 * 256 -> 224 gives 33 * 33 * 2 = 2178 views; the paper's 'factor of 2048' counts 32 offsets (Krizhevsky et
 * al. 2012, sec. 4.1; the original program draws 33). The function always takes three draws from the stream,
 * whatever the options.
 *
 * @param stream Other draws for the same image, such as its color noise, must come from another stream.
 * @throws RangeError if the view does not fit in the image.
 * @example
 * drawView(randomStream(seed, VIEW, epoch, image), { imageSize: 256, size: 224 });
 */
export function drawView(
  stream: RandomStream,
  { imageSize, size = 224, mirror = true }: DrawViewOptions,
): CropView {
  const [down, right] = sparePixels(imageSize, size, 'drawView');
  const top = stream.integer(down + 1);
  const left = stream.integer(right + 1);
  const heads = stream.integer(2) === 1;
  return { top, left, mirror: mirror && heads };
}

/** Options of {@link randomCrop}. */
export interface RandomCropOptions {
  /** Side of the square view in pixels; 224, sec. 4.1. */
  readonly size?: number;
  /** Mirror half of the views; true, sec. 4.1. */
  readonly mirror?: boolean;
  /** The seed of every draw. */
  readonly seed: number;
  /** The epoch: an image is cut differently in each; 0. */
  readonly epoch?: number;
  /**
   * Index of the batch's first image in the data set; 0. Image i draws from the seed, the epoch and
   * `firstImage + i`.
   */
  readonly firstImage?: number;
}

/**
 * The first key after the seed. Other draws for the same image, such as its color noise, have another number
 * there.
 */
const VIEW = 2;

/**
 * Cuts one random view of every image, half of them mirrored: `[N, H, W, C] -> [N, size, size, C]`.
 *
 * Offsets are uniform over `0 .. H - size` and `0 .. W - size`, ends included. They follow from the seed, the
 * epoch and the image's index alone, so the batch size does not change them, and they are independent of the
 * image's color noise. Krizhevsky et al. 2012, sec. 4.1.
 *
 * @throws TypeError if `images` is not of rank 4 or an option is unknown; RangeError if the view does not fit
 *   or a key is not a whole number.
 * @example
 * const views = randomCrop(images, { seed: 1, epoch });
 */
export function randomCrop(images: Tensor4D, options: RandomCropOptions): Tensor4D {
  requireKnownOptions(options, ['size', 'mirror', 'seed', 'epoch', 'firstImage'], 'randomCrop');
  const { size = 224, mirror = true, seed, epoch = 0, firstImage = 0 } = options;
  requireBoolean('mirror', mirror, 'randomCrop');
  const imageSize = sizeOfImages(images, 'randomCrop');
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
