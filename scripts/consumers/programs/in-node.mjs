// What a program in Node does with the packages that use files, threads, processes and native code. The run is the same
// from its source, from a bundle, in another runtime and on the server of a page.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@alexnet/backends';
import { openIlsvrc, openPrepared, prepare } from '@alexnet/imagenet-reader';
import { trainingRecipe } from '@alexnet/recipe';
import { hasCheckpoint, train } from '@alexnet/sgd-momentum-trainer';
import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import * as tf from '@tensorflow/tfjs-core';

/** Calls `print` with the name and the result, or the error, of each piece of work. */
export async function inNode(print) {
  const folder = await mkdtemp(join(tmpdir(), 'alexnet-in-node-'));
  const say = async (what, work) => {
    print(`${what}: ${await work().catch((error) => error.message.replaceAll(folder, '.'))}`);
  };
  await say('oneDNN', async () => findOneDnn().source);
  for (const name of ['onednn', 'wasm', 'auto']) await say(name, () => compute(name));
  const data = join(folder, 'data');
  await say('prepare', () => prepareInto(data, 0));
  await say('prepare with processes', () => prepareInto(join(folder, 'again'), 1));
  await say('batches of a thread', () => countImages(data, 1));
  await say('batches', () => countImages(data, 0));
  await say('train', () => trainOn(data, join(folder, 'run')));
  await rm(folder, { recursive: true });
}

async function compute(name) {
  const used = await useBackend(name);
  return `${used.name} ${tf.tidy(() => tf.sum(tf.ones([2, 3])).dataSync()[0])}`;
}

async function prepareInto(folder, workers) {
  await prepare(await openIlsvrc('photographs'), folder, { size: 72, workers });
  return 'done';
}

async function countImages(folder, workers) {
  const data = await openPrepared(folder);
  let images = 0;
  for await (const { xs, ys } of data.batches({
    split: 'train',
    batchSize: 4,
    workers,
    augment: { cropSize: 64 },
  })) {
    images += xs.shape[0];
    tf.dispose([xs, ys]);
  }
  await data.close();
  return images;
}

async function trainOn(folder, run) {
  const settings = { width: 1 / 32, imageSize: 64, batchSize: 4, epochs: 1 };
  const recipe = trainingRecipe('original2012', settings);
  const data = await openPrepared(folder);
  const { model, optimizer } = recipe.build(data.classes.length);
  const options = { optimizer, ...recipe.trainOptions(model, data), checkpoints: { directory: run } };
  let images = 0;
  for await (const event of train(model, recipe.batches(data), options)) {
    if (event.type === 'epochEnd') images = event.images;
  }
  await data.close();
  return `${images} images, checkpoint ${await hasCheckpoint(join(run, 'step-00000002'))}`;
}
