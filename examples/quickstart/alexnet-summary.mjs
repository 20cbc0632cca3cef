// Build the network of the paper and count its parameters.
import assert from 'node:assert/strict';
import { alexnet } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import * as tf from '@tensorflow/tfjs-core';

tf.enableProdMode(); // no banner
await useBackend('cpu');
const model = alexnet('paper');
for (const layer of model.layers) {
  if (layer.countParams() === 0) continue; // or model.summary() for every layer
  const [, ...shape] = layer.outputShape;
  console.log(layer.name.padEnd(6), shape.join(' x ').padEnd(13), layer.countParams().toLocaleString('en'));
}
console.log(`parameters: ${model.countParams().toLocaleString('en')}`);
assert.equal(model.countParams(), 60_965_224); // '60 million parameters', sec. 1
