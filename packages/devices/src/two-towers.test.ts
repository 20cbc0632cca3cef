import { type AlexNetOverrides, alexnet, type PresetName } from '@alexnet/alexnet-model';
import { type Batch, SgdMomentum, type TrainOptions, train } from '@alexnet/sgd-momentum-trainer';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Device, processDevice, type Span, TwoTowers, threadDevice } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const small = { width: 1 / 32, imageSize: 64, classes: 5, seed: 3 };
const constants = { learningRate: 0.01, biasLearningRateMultiplier: 2, biasWeightDecay: false };
const cpu = { name: 'cpu' } as const;

/** Batches of 2 and, at the end of an epoch, of 1. */
const batchesOf = (steps: number) =>
  async function* (): AsyncGenerator<Batch> {
    for (let step = 0; step < steps; step++) {
      const rows = step === steps - 1 ? 1 : 2;
      const xs = tf.randomNormal([rows, 64, 64, 3], 0, 60, 'float32', step + 1);
      const labels = [step % 5, 3].slice(0, rows);
      yield { xs, ys: tf.tidy(() => tf.cast(tf.oneHot(labels, 5), 'float32')) };
    }
  };

const weightsOf = (model: tfl.LayersModel): Float32Array[] =>
  model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());

async function measuresOf(model: tfl.LayersModel, steps: number, options: TrainOptions): Promise<number[]> {
  const measures: number[] = [];
  const layerSchedules = { conv1a: () => 0.001 };
  for await (const event of train(model, batchesOf(steps), { epochs: 1, layerSchedules, ...options })) {
    if (event.type === 'step') measures.push(event.loss, event.top1Error, event.top5Error);
  }
  return measures;
}

/** Loss, errors, weights and velocities after so many steps, whole and split. */
async function bothWays(
  steps: number,
  preset: PresetName,
  overrides: AlexNetOverrides,
  devices: [Device, Device],
): Promise<void> {
  const [whole, split] = [alexnet(preset, overrides), alexnet(preset, overrides)];
  const [one, two] = [new SgdMomentum(constants), new SgdMomentum(constants)];
  const expected = await measuresOf(whole, steps, { optimizer: one });
  const told: (readonly (readonly Span[])[])[] = [];
  const stepper = await TwoTowers.start(split, two, devices, {
    ...{ preset, overrides, batchSize: 2 },
    onStep: (spans) => told.push(spans),
  });
  try {
    expect(await measuresOf(split, steps, { optimizer: two, stepper })).toEqual(expected);
    await stepper.collect();
    expect(weightsOf(split)).toEqual(weightsOf(whole));
    const velocities = (model: tfl.LayersModel, optimizer: SgdMomentum): unknown[] =>
      model.weights.map((weight) => optimizer.velocityOf((weight.read() as tf.Variable).name)?.dataSync());
    expect(velocities(split, two)).toEqual(velocities(whole, one));
    expect(two.iterations).toBe(steps);
    const xs = tf.randomNormal([3, 64, 64, 3], 0, 60, 'float32', 99);
    expect((await stepper.predictOnBatch(xs)).dataSync()).toEqual(
      (whole.predict(xs) as tf.Tensor).dataSync(),
    );
  } finally {
    await stepper.close();
  }
  expect(told).toHaveLength(steps);
}

describe('steps on two devices have the bits of the whole net', () => {
  test('20 on two threads, dropout', () =>
    bothWays(20, 'original2012', small, [threadDevice(cpu), threadDevice(cpu)]));
  test('4 on two processes, no dropout', () =>
    bothWays(4, 'paper', { ...small, dropout: false }, [processDevice(cpu), processDevice(cpu)]));
  test('4 on a thread and a process, conv6', () =>
    bothWays(4, 'paperConv6', small, [threadDevice(cpu), processDevice(cpu)]));
});
