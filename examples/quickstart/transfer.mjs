// Keep the convolutions of a network as they are and train its dense layers, with a new fc8, on other classes.
import assert from 'node:assert/strict';
import { alexnet } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

tf.enableProdMode(); // no banner
await useBackend(process.argv[2] ?? 'auto', { threads: 1 }); // a net this small gains nothing from more
// In practice: registerLayers(), then tfl.loadLayersModel(fileSystem('runs/model')).
const trained = alexnet('paper', { width: 1 / 16, imageSize: 64, seed: 1 });
for (const layer of trained.layers) if (layer.name.startsWith('conv')) layer.trainable = false;

const fc8 = tfl.layers.dense({ name: 'fc8', units: 5 });
const softmax = tfl.layers.activation({ name: 'softmax', activation: 'softmax' });
const model = tfl.model({
  inputs: trained.inputs,
  outputs: softmax.apply(fc8.apply(trained.getLayer('drop7').output)),
});

const kernelOf = (name) => model.getLayer(name).getWeights()[0].clone();
const before = { conv5a: kernelOf('conv5a'), fc7a: kernelOf('fc7a') };
model.compile({ optimizer: new SgdMomentum(), loss: 'categoricalCrossentropy' });
const xs = tf.randomNormal([10, 64, 64, 3], 0, 60, 'float32', 1); // ten images, two of each class
const ys = tf.cast(tf.oneHot([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], 5), 'float32');
await model.fit(xs, ys, { epochs: 2, verbose: 0 });

console.log('output:', trained.outputShape, '->', model.outputShape);
for (const [name, kernel] of Object.entries(before)) {
  const moved = tf.max(tf.abs(tf.sub(kernelOf(name), kernel))).dataSync()[0];
  console.log(name, moved === 0 ? 'unchanged' : 'trained');
  assert.equal(moved === 0, name === 'conv5a');
}
