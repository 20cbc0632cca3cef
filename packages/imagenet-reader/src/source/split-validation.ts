import { permutation, randomStream } from '@alexnet/random';
import { requireKnownOptions, requireWhole } from '@alexnet/validate';
import type { IlsvrcSource, SourceImage } from './ilsvrc-source.js';

/** Options of {@link splitValidation}. */
export interface SplitValidationOptions {
  /** The part of every class's training images that is held out, greater than 0 and less than 1. */
  fraction: number;
  /** Default 0. */
  seed?: number;
  /** Ends the listing of the training images with the signal's reason. */
  signal?: AbortSignal;
}

/** First key of the stream, so that no other draw from the same seed uses it. */
const HOLD_OUT = 0x686f6c64;
const caller = 'splitValidation';

/**
 * A source whose validation images are held out from its training images, for a data set that has none. The
 * same fraction of every class is drawn, rounded to whole images and at least one. The draw depends only on
 * the fraction, the seed and the order of the source, so it is the same in every run. Closing the new source
 * closes the given one.
 *
 * @throws RangeError if the fraction or the seed is out of range; Error of one line if the source has
 *   validation images, or a class has only one training image.
 * @example
 * const source = await splitValidation(await openIlsvrc('flowers'), { fraction: 0.1 });
 */
export async function splitValidation(
  source: IlsvrcSource,
  options: SplitValidationOptions,
): Promise<IlsvrcSource> {
  requireKnownOptions(options, ['fraction', 'seed', 'signal'], caller);
  const { fraction, seed = 0, signal } = options;
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`fraction must be greater than 0 and less than 1 (${caller}), got ${fraction}.`);
  }
  requireWhole('seed', seed, 0, caller);
  const { train, val, test } = source.counts;
  if (val > 0) {
    throw new Error(
      `${source.path} has ${val} validation images, so none are held out from its training images.`,
    );
  }
  const isHeldOut = await draw(source, { fraction, seed, signal });
  const heldOut = isHeldOut.reduce((sum, flag) => sum + flag, 0);
  return {
    ...source,
    counts: { train: train - heldOut, val: heldOut, test },
    images(split, from = 0) {
      if (split === 'test') return source.images(split, from);
      return imagesWhere(source, isHeldOut, split === 'val' ? 1 : 0, from);
    },
  };
}

/** For each training image 1 if it is held out, or else 0. */
async function draw(
  source: IlsvrcSource,
  { fraction, seed, signal }: { fraction: number; seed: number; signal: AbortSignal | undefined },
): Promise<Uint8Array> {
  const imagesOf = source.classes.map((): number[] => []);
  let listed = 0;
  for await (const { label } of source.images('train')) {
    signal?.throwIfAborted();
    imagesOf[label]?.push(listed);
    listed++;
  }
  const isHeldOut = new Uint8Array(listed);
  for (const [label, images] of imagesOf.entries()) {
    if (images.length === 0) continue;
    if (images.length === 1) {
      throw new Error(
        `${source.path}: class ${source.classes[label]?.wnid} has only one training image, so none can be held out for validation.`,
      );
    }
    const count = Math.min(Math.max(1, Math.round(images.length * fraction)), images.length - 1);
    const order = permutation(images.length, randomStream(seed, HOLD_OUT, label));
    for (const chosen of order.subarray(0, count)) isHeldOut[images[chosen] as number] = 1;
  }
  return isHeldOut;
}

/** The training images with this flag, from number `from` of them on. */
async function* imagesWhere(
  source: IlsvrcSource,
  isHeldOut: Uint8Array,
  flag: 0 | 1,
  from: number,
): AsyncGenerator<SourceImage> {
  let index = isHeldOut.indexOf(flag);
  for (let before = 0; before < from && index >= 0; before++) index = isHeldOut.indexOf(flag, index + 1);
  if (index < 0) return;
  for await (const image of source.images('train', index)) if (isHeldOut[index++] === flag) yield image;
}
