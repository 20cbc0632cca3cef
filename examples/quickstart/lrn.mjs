// Add AlexNet's local response normalization to your own sequential model.
import assert from 'node:assert/strict';
import { useBackend } from '@alexnet/backends';
import { LocalResponseNormalization, lrnConventions } from '@alexnet/lrn';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

tf.enableProdMode(); // no banner
await useBackend('cpu');
const model = tfl.sequential();
model.add(tfl.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 3] }));
model.add(new LocalResponseNormalization()); // k = 2, n = 5, alpha = 1e-4, beta = .75
model.add(tfl.layers.flatten());
console.log('output', model.predict(tf.ones([4, 6, 6, 3])).shape);

const ones = tf.ones([1, 1, 1, 8]);
for (const [name, constants] of Object.entries(lrnConventions)) {
  const [first] = new LocalResponseNormalization(constants).apply(ones).dataSync();
  console.log(name, first.toFixed(6));
  const { bias, alpha, beta } = constants;
  const expected = 1 / (bias + alpha * 3) ** beta; // the first channel's window holds three ones
  assert.ok(Math.abs(first - expected) < 1e-6);
}
