// Stop a run, resume it from its checkpoint, and get the losses of an uninterrupted run.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alexnet } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { loadCheckpoint, SgdMomentum, saveCheckpoint, train } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';

tf.enableProdMode(); // no banner
await useBackend(process.argv[2] ?? 'auto', { threads: 1 }); // a net this small gains nothing from more
const newModel = () => alexnet('paper', { width: 1 / 32, imageSize: 64, classes: 2, seed: 1 });

/** Two batches of noise; the same epoch gives the same batches. */
async function* batches(epoch) {
  for (const seed of [2 * epoch + 1, 2 * epoch + 2]) {
    const xs = tf.randomNormal([4, 64, 64, 3], 0, 60, 'float32', seed);
    yield { xs, ys: tf.tensor2d([0, 1, 1, 0, 0, 1, 1, 0], [4, 2]) };
  }
}
async function lossesOf(events) {
  const losses = [];
  for await (const event of events) if (event.type === 'step') losses.push(event.loss);
  return losses;
}
const whole = await lossesOf(train(newModel(), batches, { epochs: 3 }));

const [model, optimizer] = [newModel(), new SgdMomentum()];
const losses = await lossesOf(train(model, batches, { epochs: 1, optimizer }));
const directory = join(await mkdtemp(join(tmpdir(), 'alexnet-checkpoint-')), 'last');
await saveCheckpoint(directory, model, optimizer, { epoch: 1, step: losses.length, validationErrors: [] });

const [model2, optimizer2] = [newModel(), new SgdMomentum()]; // in practice, in another process
const resume = await loadCheckpoint(directory, model2, optimizer2);
await rm(join(directory, '..'), { recursive: true });
losses.push(...(await lossesOf(train(model2, batches, { epochs: 3, optimizer: optimizer2, resume }))));

console.log(`resumed at epoch ${resume.epoch}, step ${resume.step}`);
console.log('same losses:', losses.join() === whole.join());
assert.deepEqual(losses, whole);
