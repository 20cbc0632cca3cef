import { randomStream } from '@alexnet/random';
import sharp from 'sharp';
import { embeddedClasses } from './classes.js';
import { drawScene } from './render/draw-scene.js';
import { between, chance } from './render/draws.js';

/** The keys of the splits' random streams, which never meet. */
const splitKeys = { train: 0, val: 1 } as const;

/**
 * Draws one image of the embedded data set and encodes it. The bytes depend only on the arguments.
 *
 * @param label Index into `embeddedClasses`.
 * @param number Position of the image in its class and split, from 0.
 */
export async function drawJpeg(
  seed: number,
  split: keyof typeof splitKeys,
  label: number,
  number: number,
): Promise<Buffer> {
  const wanted = embeddedClasses[label];
  if (wanted === undefined) {
    throw new RangeError(
      `label must be a whole number in 0 .. ${embeddedClasses.length - 1} (drawJpeg), got ${label}.`,
    );
  }
  const stream = randomStream(seed, splitKeys[split], label, number);
  const others = embeddedClasses.filter((other) => other !== wanted).map((other) => other.make);
  const { width, height, data } = drawScene(wanted.make, others, stream);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const isGrey = chance(stream, 0.01); // ILSVRC has a few JPEGs of one channel
  return (isGrey ? image.toColourspace('b-w') : image)
    .jpeg({
      quality: Math.round(between(stream, 72, 95)),
      chromaSubsampling: chance(stream, 0.75) ? '4:2:0' : '4:4:4',
    })
    .toBuffer();
}
