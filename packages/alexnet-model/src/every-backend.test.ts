import { type BackendName, useBackend } from '@alexnet/backends';
import { SgdMomentum, train } from '@alexnet/sgd-momentum-trainer';
import { expectAllClose, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { alexnet, type PresetName } from './index.js';

/**
 * The sides leave one pixel to conv5 (15, 7, 3, 1). Where conv1 overhangs, it does by 3 pixels, as at 224.
 */
const presets: [PresetName, number][] = [
  ['paper', 64],
  ['original2012', 64],
  ['caffe', 67],
];
const classes = 5;
const batchSize = 2;
const steps = 2;

interface Measured {
  probabilities: ArrayLike<number>;
  /** The gradients of the first batch, in the order of the model's weights. */
  gradients: Record<string, ArrayLike<number>>;
  losses: number[];
  /** After the last step. */
  weights: Record<string, ArrayLike<number>>;
  probabilitiesAfter: ArrayLike<number>;
}

function batch(seed: number, size: number): { xs: tf.Tensor4D; ys: tf.Tensor2D } {
  const { data, shape } = randomImage([batchSize, size, size, 3], seed, 128);
  const oneHot = new Float32Array(batchSize * classes);
  for (let i = 0; i < batchSize; i++) oneHot[i * classes + ((i * 3 + seed) % classes)] = 1;
  return { xs: tf.tensor4d(Float32Array.from(data), shape), ys: tf.tensor2d(oneHot, [batchSize, classes]) };
}

/** The results of a training run, with the same weights, batches and dropout masks on every backend. */
async function measure(preset: PresetName, size: number): Promise<Measured> {
  const model = alexnet(preset, { width: 1 / 16, imageSize: size, classes, seed: 7 });
  const probabilities = await predict(model, size);
  const gradients = await gradientsOf(model, size);
  const losses: number[] = [];
  async function* batches(): AsyncGenerator<ReturnType<typeof batch>> {
    for (let step = 0; step < steps; step++) yield batch(step, size);
  }
  const optimizer = new SgdMomentum({ learningRate: 0.01 });
  for await (const event of train(model, batches, { epochs: 1, optimizer })) {
    if (event.type === 'step') losses.push(event.loss);
  }
  const weights = await read(
    model.getWeights().map((weight, i) => [model.weights[i]?.originalName ?? '', weight]),
  );
  const probabilitiesAfter = await predict(model, size);
  model.dispose();
  optimizer.dispose();
  return { probabilities, gradients, losses, weights, probabilitiesAfter };
}

async function predict(model: tfl.LayersModel, size: number): Promise<ArrayLike<number>> {
  const output = tf.tidy(() => model.predict(batch(0, size).xs) as tf.Tensor);
  const values = await output.data();
  output.dispose();
  return values;
}

async function gradientsOf(model: tfl.LayersModel, size: number): Promise<Measured['gradients']> {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { value, grads } = tf.tidy(() => {
    const { xs, ys } = batch(0, size);
    return tf.variableGrads(
      () => tf.neg(tf.mean(tf.sum(tf.mul(ys, tf.log(model.apply(xs) as tf.Tensor)), 1))) as tf.Scalar,
      variables,
    );
  });
  const named = variables.map(({ name }, i): [string, tf.Tensor] => [
    model.trainableWeights[i]?.originalName ?? '',
    grads[name] as tf.Tensor,
  ]);
  const values = await read(named);
  tf.dispose([value, grads]);
  return values;
}

async function read(tensors: [string, tf.Tensor][]): Promise<Record<string, ArrayLike<number>>> {
  const entries = tensors.map(async ([name, tensor]) => [name, (await tensor.data()).slice()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

describe.each(presets)('a small AlexNet, preset %s,', (preset, size) => {
  let expected: Measured;
  beforeAll(async () => {
    await useBackend('cpu');
    expected = await measure(preset, size);
  });

  test.for<BackendName>(['onednn', 'torch', 'tensorflow', 'webgpu', 'wasm'])(
    'predicts and trains on %s as on cpu',
    async (name, context) => {
      try {
        await useBackend(name);
      } catch (error) {
        return context.skip((error as Error).message);
      }
      const before = tf.memory().numTensors;
      const actual = await measure(preset, size);
      expect(tf.memory().numTensors).toBe(before);
      expectAllClose(actual.probabilities, expected.probabilities, 1e-5);
      for (const part of ['gradients', 'weights'] as const) {
        expect(Object.keys(actual[part])).toEqual(Object.keys(expected[part]));
        for (const [weight, values] of Object.entries(expected[part])) {
          expectAllClose(actual[part][weight] as ArrayLike<number>, values, 1e-3);
        }
      }
      expectAllClose(actual.losses, expected.losses, 1e-4);
      expectAllClose(actual.probabilitiesAfter, expected.probabilitiesAfter, 1e-3);
    },
  );
});
