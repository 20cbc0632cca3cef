import { type AlexNetOverrides, alexnet, type PresetName } from '@alexnet/alexnet-model';
import { type Batch, SgdMomentum, type TrainOptions, train } from '@alexnet/sgd-momentum-trainer';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { type Device, type Span, TwoTowers } from './index.js';

export const small: AlexNetOverrides = { width: 1 / 32, imageSize: 64, classes: 5, seed: 3 };
const constants = {
  learningRate: { default: 0.01, biases: 0.02, layers: { conv1a: { default: 0.001, biases: 0.002 } } },
  weightDecay: { default: 0.0005, biases: 0, layers: { conv2a: 0.01 } },
};
export const cpu = { name: 'cpu' } as const;

/** Batches of 2 images, except for a last batch of 1. */
const batchesOf = (steps: number) =>
  async function* (): AsyncGenerator<Batch> {
    for (let step = 0; step < steps; step++) {
      const rows = step === steps - 1 ? 1 : 2;
      const xs = tf.randomNormal([rows, 64, 64, 3], 0, 60, 'float32', step + 1);
      const labels = [step % 5, 3].slice(0, rows);
      yield { xs, ys: tf.tidy(() => tf.cast(tf.oneHot(labels, 5), 'float32')) };
    }
  };

/** Returns the values of every weight and its velocity. */
const stateOf = (model: tfl.LayersModel, optimizer: SgdMomentum): Float32Array[] =>
  model.weights.flatMap((weight) => {
    const variable = weight.read() as tf.Variable;
    const velocity = optimizer.velocityOf(variable.name) as tf.Tensor;
    return [variable, velocity].map((values) => values.dataSync<'float32'>().slice());
  });

async function measuresOf(model: tfl.LayersModel, steps: number, options: TrainOptions): Promise<number[]> {
  const measures: number[] = [];
  for await (const event of train(model, batchesOf(steps), { epochs: 1, ...options })) {
    if (event.type === 'step') measures.push(event.loss, event.top1Error, event.top5Error);
  }
  return measures;
}

/**
 * Expects loss, errors, weights, velocities and predictions after this many steps on two devices to equal
 * those of the unsplit network. The tolerance is relative to the largest value of each; 0 means
 * bit-identical.
 */
export async function expectSameSteps(
  steps: number,
  preset: PresetName,
  overrides: AlexNetOverrides,
  devices: [Device, Device],
  tolerance = 0,
): Promise<void> {
  const [whole, split] = [alexnet(preset, overrides), alexnet(preset, overrides)];
  const [one, two] = [new SgdMomentum(constants), new SgdMomentum(constants)];
  const expected = await measuresOf(whole, steps, { optimizer: one });
  const steppedSpans: (readonly (readonly Span[])[])[] = [];
  const stepper = await TwoTowers.start(split, two, devices, {
    ...{ preset, overrides, batchSize: 2, stallSeconds: 60 },
    onStep: (spans) => steppedSpans.push(spans),
  });
  try {
    expectAllClose(await measuresOf(split, steps, { optimizer: two, stepper }), expected, tolerance);
    await stepper.collect();
    const [actual, expectedState] = [stateOf(split, two), stateOf(whole, one)];
    expect(actual).toHaveLength(2 * whole.weights.length);
    for (const [i, values] of actual.entries())
      expectAllClose(values, expectedState[i] as Float32Array, tolerance);
    expect(two.iterations).toBe(steps);
    const xs = tf.randomNormal([3, 64, 64, 3], 0, 60, 'float32', 99);
    const probabilities = await stepper.predictOnBatch(xs);
    expectAllClose(probabilities.dataSync(), (whole.predict(xs) as tf.Tensor).dataSync(), tolerance);
  } finally {
    await stepper.close();
  }
  expect(steppedSpans).toHaveLength(steps);
  for (const spans of steppedSpans) {
    const [a, b] = spans.map((own) => [own.at(0)?.begin ?? Number.NaN, own.at(-1)?.begin ?? Number.NaN]);
    expect(Math.max(a?.[0] as number, b?.[0] as number)).toBeLessThan(
      Math.min(a?.[1] as number, b?.[1] as number),
    ); // the spans of both are on one clock
  }
}
