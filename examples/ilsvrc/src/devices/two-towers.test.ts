import { alexnet } from '@alexnet/alexnet-model';
import { type Batch, SgdMomentum, type TrainOptions, train } from '@alexnet/sgd-momentum-trainer';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { TwoTowers } from './two-towers.js';

beforeAll(() => tf.setBackend('cpu'));

const overrides = { width: 1 / 32, imageSize: 64, classes: 5, seed: 3 };
const optimizerOptions = { learningRate: 0.01, biasLearningRateMultiplier: 2, biasWeightDecay: false };

async function* batches(): AsyncGenerator<Batch> {
  for (let step = 0; step < 20; step++) {
    const xs = tf.randomNormal([4, 64, 64, 3], 0, 60, 'float32', step + 1);
    yield { xs, ys: tf.tidy(() => tf.cast(tf.oneHot([0, 3, 1, step % 5], 5), 'float32')) };
  }
}

const weightsOf = (model: tfl.LayersModel): Float32Array[] =>
  model.getWeights().map((weight) => weight.dataSync<'float32'>());

async function lossesOf(model: tfl.LayersModel, options: TrainOptions): Promise<number[]> {
  const losses: number[] = [];
  for await (const event of train(model, batches, {
    epochs: 1,
    layerSchedules: { conv1a: () => 0.001 },
    ...options,
  })) {
    if (event.type === 'step') losses.push(event.loss, event.top1Error, event.top5Error);
  }
  return losses;
}

test('two towers on threads have the losses and the weights of the whole net after 20 steps', async () => {
  const [whole, split] = [alexnet('original2012', overrides), alexnet('original2012', overrides)];
  const optimizer = new SgdMomentum(optimizerOptions);
  const expected = await lossesOf(whole, { optimizer: new SgdMomentum(optimizerOptions) });
  const towers = await TwoTowers.start(split, optimizer, {
    preset: 'original2012',
    overrides,
    batchSize: 4,
    backend: 'cpu',
    threads: 1,
  });
  try {
    expect(await lossesOf(split, { optimizer, stepper: towers })).toEqual(expected);
    await towers.collect();
    expect(weightsOf(split)).toEqual(weightsOf(whole));
  } finally {
    await towers.close();
  }
});
