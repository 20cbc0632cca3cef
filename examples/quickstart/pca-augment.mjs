// Change the colors of your images along the principal components of your own data set.
import assert from 'node:assert/strict';
import { augmentPca, fitRgbPca } from '@alexnet/augment-pca';
import { useBackend } from '@alexnet/backends';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';

tf.enableProdMode(); // no banner
await useBackend('cpu');

// Forty synthetic images of 16 x 16 pixels: bright or dark by 40 gray levels, warm or cold by 10.
const raw = Array.from({ length: 40 }, (_, number) => {
  const stream = randomStream(1, number);
  const pixels = new Uint8ClampedArray(16 * 16 * 3);
  for (let i = 0; i < pixels.length; i += 3) {
    const [light, warmth] = [40 * stream.normal(), 10 * stream.normal()];
    pixels.set([128 + light + warmth, 128 + light, 128 + light - warmth], i);
  }
  return pixels;
});

const pca = fitRgbPca(raw); // or add images one by one with RgbCovariance
const deviations = pca.eigenvalues.map(Math.sqrt);
console.log('deviations:', deviations.map((d) => d.toFixed(1)).join(' '));

const images = tf.tensor4d(Float32Array.from(raw.flatMap((pixels) => [...pixels])), [40, 16, 16, 3]);
const augmented = augmentPca(images, pca, { scale: 'sqrt', seed: 7 }); // sqrt: gray levels, as in the program of 2012
const moved = tf.sub(augmented, images); // [40, 16, 16, 3]
const colors = tf.mean(moved, [1, 2]).arraySync(); // [40, 3], one color per image
for (const color of colors.slice(0, 3)) console.log('adds', color.map((c) => c.toFixed(1)).join(', '));

// The components are the ones with which the images were drawn: 40 (1, 1, 1) and 10 (1, 0, -1).
assert.ok(Math.abs(deviations[0] / (40 * Math.sqrt(3)) - 1) < 0.03);
assert.ok(Math.abs(deviations[1] / (10 * Math.sqrt(2)) - 1) < 0.03);
const spread = tf.max(tf.abs(tf.sub(moved, tf.mean(moved, [1, 2], true)))).dataSync()[0];
assert.ok(spread < 1e-3, 'every pixel of an image moves by the same color');
for (const [red, green, blue] of colors) {
  assert.ok(Math.abs(red - 2 * green + blue) < 0.3, 'the noise makes no image greener');
}
const again = augmentPca(images, pca, { scale: 'sqrt', seed: 7 });
assert.deepEqual(again.dataSync(), augmented.dataSync()); // one seed, one result
