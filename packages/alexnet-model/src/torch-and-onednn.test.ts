import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackendName, useBackend } from '@alexnet/backends';
import { loadCheckpoint, SgdMomentum, saveCheckpoint, train } from '@alexnet/sgd-momentum-trainer';
import { expectAllClose, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { alexnet } from './index.js';

const [size, classes, batchSize, steps] = [64, 5, 4, 20];

function batch(seed: number): { xs: tf.Tensor4D; ys: tf.Tensor2D } {
  const { data, shape } = randomImage([batchSize, size, size, 3], seed, 128);
  const oneHot = new Float32Array(batchSize * classes);
  for (let i = 0; i < batchSize; i++) oneHot[i * classes + ((i * 3 + seed) % classes)] = 1;
  return { xs: tf.tensor4d(Float32Array.from(data), shape), ys: tf.tensor2d(oneHot, [batchSize, classes]) };
}

/**
 * Trains from a checkpoint, if one is given, and saves another; returns the losses, how often values came back
 * from the device, and what the network says then. The learning rate is a tenth of the paper's: at its own, a network of this size amplifies the last
 * bits tenfold in each step, so that two runs of one backend with other threads part as well.
 */
async function run(name: BackendName, to: string, from?: string) {
  await useBackend(name);
  const model = alexnet('original2012', { width: 1 / 16, imageSize: size, classes, seed: 7 });
  const optimizer = new SgdMomentum({ learningRate: 0.001 });
  const resume =
    from === undefined
      ? { epoch: 0, step: 0, validationErrors: [] }
      : await loadCheckpoint(from, model, optimizer);
  const losses: number[] = [];
  async function* batches(): AsyncGenerator<ReturnType<typeof batch>> {
    for (let step = 0; step < steps; step++) yield batch(step);
  }
  const epochs = resume.epoch + 1;
  const before = downloads();
  for await (const event of train(model, batches, {
    epochs,
    optimizer,
    resume,
    maxSteps: resume.step + steps,
  })) {
    if (event.type === 'step') losses.push(event.loss);
  }
  const readBack = downloads() - before;
  await saveCheckpoint(to, model, optimizer, { ...resume, epoch: epochs, step: resume.step + steps });
  const probabilities = tf.tidy(() => (model.predict(batch(0).xs) as tf.Tensor).dataSync());
  model.dispose();
  optimizer.dispose();
  return { losses, probabilities, readBack };
}

/** How often torch has copied values from its device. */
function downloads(): number {
  return (tf.memory() as { downloads?: number }).downloads ?? 0;
}

test('20 steps from one checkpoint have the same losses on torch and on onednn, which read each other', async (context) => {
  for (const name of ['onednn', 'torch'] as const) {
    const missing = await useBackend(name).catch((error: Error) => error);
    if (missing instanceof Error) return context.skip(missing.message);
  }
  const folder = await mkdtemp(join(tmpdir(), 'torch-and-onednn-'));
  const at = (name: string): string => join(folder, name);
  try {
    await run('onednn', at('start'));
    const onednn = await run('onednn', at('onednn'), at('start'));
    const torch = await run('torch', at('torch'), at('start'));
    expect(torch.losses).toHaveLength(steps);
    expect(torch.readBack).toBe(steps); // the loss and the errors of each, at once
    torch.losses.forEach((loss, i) => {
      expect(Math.abs(loss - (onednn.losses[i] ?? Number.NaN))).toBeLessThan(1e-4);
    });
    expect(torch.losses.at(-1)).not.toBe(torch.losses[0]);
    expectAllClose(torch.probabilities, onednn.probabilities, 1e-3);
    const swapped = [
      await run('onednn', at('a'), at('torch')),
      await run('torch', at('b'), at('onednn')),
    ] as const;
    swapped[0].losses.forEach((loss, i) => {
      expect(Math.abs(loss - (swapped[1].losses[i] ?? Number.NaN))).toBeLessThan(1e-3);
    });
    expect(tf.memory().numTensors).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
