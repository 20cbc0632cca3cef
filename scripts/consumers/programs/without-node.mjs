// What the packages that also run in Node do in a page: they train and compute, and say what requires Node.

import { listGpuAdapters, useBackend } from '@alexnet/backends';
import { TwoTowers } from '@alexnet/devices';
import { embeddedClasses } from '@alexnet/embedded-ilsvrc';
import { openPrepared } from '@alexnet/imagenet-reader';
import { trainingRecipe } from '@alexnet/recipe';
import { saveCheckpoint, train } from '@alexnet/sgd-momentum-trainer';
import { SameMapNorm } from '@alexnet/tfjs-backend-onednn';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

const messageOf = (work) =>
  work().then(
    () => 'it ran',
    (error) => error.message,
  );

setWasmPaths('/wasm/');
const { name, tried } = await useBackend();
console.log(name, ...tried.map((other) => `not ${other.name}: ${other.reason}`));
const webgpu = await messageOf(() => useBackend('webgpu')); // without a GPU, or without tfjs-backend-webgpu
console.log(/it ran|WebGPU|webgpu/.test(webgpu) ? 'WebGPU: it ran or says why not' : webgpu);

const settings = { width: 1 / 32, imageSize: 64, batchSize: 2, epochs: 1, seed: 1 };
await useBackend('wasm');
const { model, optimizer } = trainingRecipe('original2012', settings).build(2);
async function* batches() {
  yield { xs: tf.zeros([2, 64, 64, 3]), ys: tf.tensor2d([[1, 0], [0, 1]]) }; // biome-ignore format: one line
}
for await (const event of train(model, batches, { epochs: 1, optimizer })) {
  if (event.type === 'epochEnd') console.log(`${event.images} images, loss ${event.trainLoss.toFixed(4)}`);
}
const ended = { epoch: 1, step: 1 };
console.log(await messageOf(() => saveCheckpoint('run', model, optimizer, ended)));
console.log(await messageOf(() => openPrepared('photographs')));
console.log(
  SameMapNorm,
  embeddedClasses.length > 0,
  [TwoTowers, listGpuAdapters].map((value) => typeof value).join(),
);
