import { alexnet, type AlexNetOverrides, type PresetName } from '@alexnet/alexnet-model';
import { type Batch, SgdMomentum, type TrainOptions, train } from '@alexnet/sgd-momentum-trainer';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Device, processDevice, type Span, threadDevice, TwoTowers } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const STEPS = 20;
const small = { width: 1 / 32, imageSize: 64, classes: 5, seed: 3 };
const constants = { learningRate: 0.01, biasLearningRateMultiplier: 2, biasWeightDecay: false };
const cpu = { name: 'cpu' } as const;

/** Batches of 2 and, at the end of an epoch, of 1. */
async function* batches(): AsyncGenerator<Batch> {
  for (let step = 0; step < STEPS; step++) {
    const rows = step === STEPS - 1 ? 1 : 2;
    const xs = tf.randomNormal([rows, 64, 64, 3], 0, 60, 'float32', step + 1);
    const labels = [step % 5, 3].slice(0, rows);
    yield { xs, ys: tf.tidy(() => tf.cast(tf.oneHot(labels, 5), 'float32')) };
  }
}

const weightsOf = (model: tfl.LayersModel): Float32Array[] =>
  model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());

async function measuresOf(model: tfl.LayersModel, options: TrainOptions): Promise<number[]> {
  const measures: number[] = [];
  const layerSchedules = { conv1a: () => 0.001 };
  for await (const event of train(model, batches, { epochs: 1, layerSchedules, ...options })) {
    if (event.type === 'step') measures.push(event.loss, event.top1Error, event.top5Error);
  }
  return measures;
}

/** Loss, errors, weights and velocities of 20 steps, whole and split. */
async function bothWays(
  preset: PresetName,
  overrides: AlexNetOverrides,
  devices: [Device, Device],
): Promise<void> {
  const [whole, split] = [alexnet(preset, overrides), alexnet(preset, overrides)];
  const [one, two] = [new SgdMomentum(constants), new SgdMomentum(constants)];
  const expected = await measuresOf(whole, { optimizer: one });
  const steps: (readonly (readonly Span[])[])[] = [];
  const stepper = await TwoTowers.start(split, two, devices, {
    ...{ preset, overrides, batchSize: 2 },
    onStep: (spans) => steps.push(spans),
  });
  try {
    expect(await measuresOf(split, { optimizer: two, stepper })).toEqual(expected);
    await stepper.collect();
    expect(weightsOf(split)).toEqual(weightsOf(whole));
    const velocities = (model: tfl.LayersModel, optimizer: SgdMomentum): unknown[] =>
      model.weights.map((weight) => optimizer.velocityOf((weight.read() as tf.Variable).name)?.dataSync());
    expect(velocities(split, two)).toEqual(velocities(whole, one));
    expect(two.iterations).toBe(STEPS);
    const xs = tf.randomNormal([3, 64, 64, 3], 0, 60, 'float32', 99);
    expect((await stepper.predict(xs)).dataSync()).toEqual((whole.predict(xs) as tf.Tensor).dataSync());
  } finally {
    await stepper.close();
  }
  expect(steps).toHaveLength(STEPS);
}

describe('20 steps on two devices have the bits of the whole net', () => {
  test('two threads, dropout', () =>
    bothWays('original2012', small, [threadDevice(cpu), threadDevice(cpu)]));
  test('two processes, no dropout', () =>
    bothWays('paper', { ...small, dropout: false }, [processDevice(cpu), processDevice(cpu)]));
  test('a thread and a process, conv6', () =>
    bothWays('paperConv6', small, [threadDevice(cpu), processDevice(cpu)]));
});
