import { permutation, randomStream } from '@alexnet/random';
import { requireWhole } from '@alexnet/validate';
import type { IlsvrcSource, SourceImage } from './ilsvrc-source.js';

/** First key of the stream, so that no other draw from the same seed uses it. */
const HOLD_OUT = 0x686f6c64;

/**
 * A source whose validation split is drawn from its training split, for a data set that has none: from every
 * class the same fraction, to the nearest image but at least one. The images that are drawn depend on the
 * fraction, the seed and the order of the source, so they are the same in every run. The training split has
 * the others.
 *
 * @throws RangeError if `fraction` is not between 0 and 1. Error of one line if the source has a validation
 *   split, or a class has only one training image.
 * @example
 * const source = await splitValidation(await openIlsvrc('flowers'), 0.1);
 */
export async function splitValidation(
  source: IlsvrcSource,
  fraction: number,
  seed = 0,
): Promise<IlsvrcSource> {
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`fraction must be a number > 0 and < 1 (splitValidation), got ${fraction}.`);
  }
  requireWhole('seed', seed, 0, 'splitValidation');
  if (source.counts.val > 0) {
    throw new Error(
      `${source.path} has ${source.counts.val} validation images of its own, so none are drawn from its training images.`,
    );
  }
  const isDrawn = await draw(source, fraction, seed);
  const drawn = isDrawn.reduce((sum, flag) => sum + flag, 0);
  const { train, test } = source.counts;
  return {
    ...source,
    counts: { train: train - drawn, val: drawn, test },
    images(split, from = 0) {
      if (split === 'test') return source.images(split, from);
      return imagesWhere(source, isDrawn, split === 'val' ? 1 : 0, from);
    },
    read: (image) => source.read(image),
    close: () => source.close(),
  };
}

/** Which of the training images are drawn, 1 or 0 each. */
async function draw(source: IlsvrcSource, fraction: number, seed: number): Promise<Uint8Array> {
  const isDrawn = new Uint8Array(source.counts.train);
  const ofClass = source.classes.map((): number[] => []);
  let i = 0;
  for await (const { label } of source.images('train')) ofClass[label]?.push(i++);
  for (const [label, images] of ofClass.entries()) {
    if (images.length === 0) continue;
    const count = Math.min(Math.max(1, Math.round(images.length * fraction)), images.length - 1);
    if (count === 0) {
      throw new Error(
        `${source.path}: class ${source.classes[label]?.wnid} has only one training image, so none can be drawn for validation.`,
      );
    }
    const order = permutation(images.length, randomStream(seed, HOLD_OUT, label));
    for (const chosen of order.subarray(0, count)) isDrawn[images[chosen] as number] = 1;
  }
  return isDrawn;
}

async function* imagesWhere(
  source: IlsvrcSource,
  isDrawn: Uint8Array,
  flag: 0 | 1,
  from: number,
): AsyncGenerator<SourceImage> {
  let start = isDrawn.indexOf(flag);
  for (let before = 0; before < from && start >= 0; before++) start = isDrawn.indexOf(flag, start + 1);
  if (start < 0) return;
  let i = start;
  for await (const image of source.images('train', start)) if (isDrawn[i++] === flag) yield image;
}
