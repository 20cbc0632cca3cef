import type { CropView } from '@alexnet/ten-crop';
import { requireOneOf } from '@alexnet/validate';

/** Red, green, blue. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Options that turn an image into an input of the network. */
export interface AugmentOptions {
  /**
   * `random`: one view at a random position, sec. 4.1. `center`: the central view. `ten`: the ten test views,
   * in ten rows per image. A list of views gives a row for each; see `gridCrops` of `@alexnet/ten-crop`.
   * Default `random` for `train`, `center` for the other splits.
   */
  readonly crop?: 'random' | 'center' | 'ten' | readonly CropView[];
  /** Side of a view in pixels; 224, sec. 4.1. */
  readonly cropSize?: number;
  /** Mirror half of the random views; true, sec. 4.1. */
  readonly mirror?: boolean;
  /**
   * What is subtracted. `aligned` (default): the mean image at the position of the view, mirrored like the
   * view (sec. 2). `center`: always the central window of the mean image, not mirrored (the original
   * program). `channel`: the channel means. `none`: nothing. Three numbers: these grey levels.
   */
  readonly mean?: 'aligned' | 'center' | 'channel' | 'none' | Rgb;
  /** Divisors of the channels, in grey levels; [1, 1, 1], sec. 2. */
  readonly std?: Rgb;
  /**
   * Colour noise along the training set's principal components, drawn once per image and epoch. There is none
   * by default, nor with `ten` or a list of views. The paper's literal `eigenvalue` is absurd on bytes
   * (+-1483 grey levels), so the scale must be given.
   */
  readonly pca?: PcaOptions | undefined;
  /** A last factor; 1. The original program multiplied by 1/1.1 in training, after the colour noise. */
  readonly inputScale?: number;
  /**
   * Draw a random view for every image (default), or for every 32 images in the epoch's order, as the
   * original program did.
   */
  readonly crops?: 'perImage' | 'perChunk32';
}

/** Strength of the colour noise: see `drawColorShift` of `@alexnet/augment-pca`. */
export interface PcaOptions {
  /** .1, sec. 4.1. */
  readonly sigma?: number;
  readonly scale: 'eigenvalue' | 'sqrt';
}

/** Options with every default filled in. */
export interface ResolvedAugment extends Required<Omit<AugmentOptions, 'pca'>> {
  readonly pca: Required<PcaOptions> | undefined;
}

/** @throws RangeError that names the option if one is invalid. */
export function resolveAugment(options: AugmentOptions, isTraining: boolean, size: number): ResolvedAugment {
  const { crop = isTraining ? 'random' : 'center', cropSize = 224, mirror = true } = options;
  const { mean = 'aligned', std = [1, 1, 1], inputScale = 1, crops = 'perImage', pca } = options;
  if (typeof mean === 'object') requireRgb('mean', mean, () => true, 'finite numbers');
  else requireOneOf('mean', mean, ['aligned', 'center', 'channel', 'none'], 'batches');
  requireRgb('std', std, (deviation) => deviation > 0, 'finite numbers > 0');
  requireOneOf('crops', crops, ['perImage', 'perChunk32'], 'batches');
  if (!Number.isInteger(cropSize) || cropSize < 1 || cropSize > size) {
    throw new RangeError(
      `cropSize must be a whole number from 1 to ${size}, the side of the images (batches), got ${cropSize}.`,
    );
  }
  if (Array.isArray(crop)) requireViews(crop, size - cropSize);
  else requireOneOf('crop', crop, ['random', 'center', 'ten'], 'batches');
  if (!Number.isFinite(inputScale)) {
    throw new RangeError(`inputScale must be a finite number (batches), got ${inputScale}.`);
  }
  const { sigma = 0.1, scale } = pca ?? { scale: 'sqrt' };
  requireOneOf('pca.scale', scale, ['eigenvalue', 'sqrt'], 'batches');
  if (!Number.isFinite(sigma) || sigma < 0) {
    throw new RangeError(`pca.sigma must be a finite number >= 0 (batches), got ${sigma}.`);
  }
  return { crop, cropSize, mirror, mean, std, inputScale, crops, pca: pca && { sigma, scale } };
}

function requireViews(views: readonly CropView[], spare: number): void {
  if (views.length === 0) throw new RangeError('crop must have at least one view (batches), got [].');
  const isOffset = (offset: unknown): boolean =>
    Number.isInteger(offset) && Number(offset) >= 0 && Number(offset) <= spare;
  const wrong = views.findIndex(
    (view) => !isOffset(view?.top) || !isOffset(view?.left) || typeof view?.mirror !== 'boolean',
  );
  if (wrong < 0) return;
  throw new RangeError(
    `crop must be views {top, left, mirror} with whole offsets from 0 to ${spare} (batches), got ${JSON.stringify(views[wrong])} for view ${wrong}.`,
  );
}

function requireRgb(name: string, value: Rgb, isValid: (one: number) => boolean, rule: string): void {
  const isRgb = Array.isArray(value) && value.length === 3;
  if (isRgb && value.every((one) => Number.isFinite(one) && isValid(one))) return;
  throw new RangeError(`${name} must be three ${rule} (batches), got ${JSON.stringify(value)}.`);
}
