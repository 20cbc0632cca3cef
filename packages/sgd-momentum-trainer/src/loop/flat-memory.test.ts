import { useBackend } from '@alexnet/backends';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { train } from '../index.js';

/** ALEXNET_MEMORY_STEPS=2000 takes long. Resident memory is measured by `npm run bench -- trainer.memory`. */
const steps = Number(process.env.ALEXNET_MEMORY_STEPS ?? 60);

async function* batches() {
  for (let i = 0; i < steps / 2; i++) {
    const xs = tf.randomNormal([8, 16, 16, 3], 0, 1, 'float32', i);
    yield { xs, ys: tf.tidy(() => tf.cast(tf.oneHot([0, 1, 2, 3, 0, 1, 2, 3], 4), 'float32')) };
  }
}

test(`over ${steps} steps in two epochs the number of tensors and their bytes stay the same`, async () => {
  await useBackend();
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [16, 16, 3] }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 4 }),
      tfl.layers.activation({ activation: 'softmax' }),
    ],
  });
  const held: string[] = [];
  const validate = async () => ({ top1Error: 0.5, top5Error: 0 });
  for await (const event of train(model, batches, { epochs: 2, microBatchSize: 4, validate })) {
    const { numTensors, numBytes } = tf.memory();
    if (event.type === 'step') held.push(`${numTensors} tensors, ${numBytes} bytes`);
  }
  expect(held).toHaveLength(steps);
  expect(new Set(held).size).toBe(1);
});
