import { type CropView, centerView, tenCropViews } from '@alexnet/ten-crop';
import { describeValue, requireKnownOptions, requireOneOf, requireWhole } from '@alexnet/validate';
import { type AugmentOptions, type Rgb, resolveAugment } from './batches/augment-options.js';
import { pixelChange } from './batches/pixel-change.js';
import { ViewFuser } from './batches/view-fuser.js';
import { squarePixels } from './prepare/square-pixels.js';

/** How files of images become inputs of a network; see {@link imageInputs}. */
export interface ImageInputsOptions extends Pick<AugmentOptions, 'cropSize' | 'std'> {
  /** Side of the square that an image is scaled and cropped to, in pixels; 256, sec. 2. */
  readonly size?: number;
  /** `center` (default): the central view. `ten`: the ten views of sec. 4.1. Or a list of views. */
  readonly crop?: 'center' | 'ten' | readonly CropView[];
  /**
   * What is subtracted: three numbers, `none`, or the mean image `aligned` with the view or at its `center`; see
   * `AugmentOptions`.
   */
  readonly mean: 'aligned' | 'center' | 'none' | Rgb;
  /** The mean image of the training set, `[size, size, 3]`, for `aligned` and `center`. */
  readonly meanImage?: Float32Array;
}

/** The views of one image as inputs of a network. */
export interface ImageInput {
  /** RGB, `(pixel - mean) / std`. */
  readonly pixels: Float32Array;
  /** `[views, cropSize, cropSize, 3]`. */
  readonly shape: [views: number, height: number, width: number, channels: 3];
}

const caller = 'imageInputs';
const names = ['size', 'crop', 'cropSize', 'mean', 'std', 'meanImage'];

/**
 * A function that turns the bytes of an image's file into inputs of a network, in the way of `prepare` and of
 * the batches of prepared data: the shorter side is scaled to `size`, the central square is kept, and views
 * are cut out of it. Several images may be read at once.
 *
 * @throws RangeError or TypeError if an option is invalid. The function rejects with an Error of one line if the
 *   bytes are not those of an image that can be decoded.
 * @example
 * const read = imageInputs({ mean: [123.7, 116.3, 103.5], std: [58.4, 57.1, 57.4] });
 * const { pixels, shape } = await read(await readFile('dog.jpg'));
 * const probabilities = model.predict(tf.tensor4d(pixels, shape));
 */
export function imageInputs(options: ImageInputsOptions): (file: Uint8Array) => Promise<ImageInput> {
  requireKnownOptions(options, names, caller);
  const { size = 256, crop = 'center', mean, meanImage } = options;
  requireWhole('size', size, 1, caller);
  if (typeof mean !== 'object') requireOneOf('mean', mean, ['aligned', 'center', 'none'], caller);
  if (typeof crop !== 'object') requireOneOf('crop', crop, ['center', 'ten'], caller);
  const augment = resolveAugment(options, false, size);
  const needsImage = mean === 'aligned' || mean === 'center';
  if (needsImage && meanImage?.length !== size * size * 3) {
    throw new RangeError(
      `meanImage must have ${size} x ${size} x 3 values if mean is '${mean}' (${caller}), got ${meanImage ? meanImage.length : describeValue(meanImage)}.`,
    );
  }
  const { cropSize } = augment;
  const geometry = { imageSize: size, size: cropSize };
  const views = crop === 'ten' ? tenCropViews(geometry) : crop === 'center' ? [centerView(geometry)] : crop;
  const unused = { channelMeans: [0, 0, 0] as const, meanImage: meanImage ?? new Float32Array() };
  const fuser = new ViewFuser(size, cropSize, pixelChange(unused, augment));
  const length = cropSize * cropSize * 3;
  return async (file) => {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    const square = await squarePixels(bytes, size);
    fuser.pixels.set(square); // the fuser is used by one image at a time: nothing is awaited from here on
    const pixels = new Float32Array(views.length * length);
    for (const [row, view] of views.entries()) fuser.fuse(pixels, row * length, view, [0, 0, 0]);
    return { pixels, shape: [views.length, cropSize, cropSize, 3] };
  };
}
