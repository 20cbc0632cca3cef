// Give any classifier AlexNet's ten views of an image, and average its predictions.
import assert from 'node:assert/strict';
import { useBackend } from '@alexnet/backends';
import { averageViews, centerCrop, tenCrop } from '@alexnet/ten-crop';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

tf.enableProdMode(); // no banner
await useBackend('cpu');

// Any classifier of 24 x 24 images. This one says which of red, green and blue is the strongest.
const classifier = tfl.sequential();
classifier.add(tfl.layers.globalAveragePooling2d({ inputShape: [24, 24, 3], dataFormat: 'channelsLast' }));
classifier.add(
  tfl.layers.dense({ units: 3, activation: 'softmax', weights: [tf.mul(tf.eye(3), 100), tf.zeros([3])] }),
);

// Two gray images of 32 x 32 pixels, with 4 x 4 red pixels in a corner of the first and 4 x 4 blue ones in the second.
const images = tf.tidy(() => {
  const corner = tf.pad(tf.ones([1, 4, 4, 1]), [[0, 0], [0, 28], [0, 28], [0, 0]]); // biome-ignore format: one line
  const red = tf.mul(corner, tf.tensor1d([1, 0, 0]));
  const blue = tf.mul(tf.reverse(corner, [1, 2]), tf.tensor1d([0, 0, 1]));
  return tf.add(tf.concat([red, blue]), 0.1); // [2, 32, 32, 3]
});

const one = classifier.predict(centerCrop(images, { size: 24 })); // [2, 3]
const views = tenCrop(images, { size: 24 }); // [20, 24, 24, 3]
const ten = averageViews(classifier.predict(views)); // [2, 3]

const show = (row) => row.map((p) => p.toFixed(2)).join(' ');
const [central, averaged] = [one.arraySync(), ten.arraySync()];
console.log('one view: ', show(central[0]), '|', show(central[1]));
console.log('ten views:', show(averaged[0]), '|', show(averaged[1]));

assert.deepEqual(views.shape, [20, 24, 24, 3]);
for (const row of central) for (const p of row) assert.ok(Math.abs(p - 1 / 3) < 1e-5); // the center has no color
assert.deepEqual(tf.argMax(ten, 1).arraySync(), [0, 2]); // red, blue: two of the ten views show the corner
for (const row of averaged) assert.ok(Math.abs(row[0] + row[1] + row[2] - 1) < 1e-6); // still probabilities
