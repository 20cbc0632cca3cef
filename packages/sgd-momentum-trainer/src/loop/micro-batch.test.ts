import '@tensorflow/tfjs-backend-cpu';
import { AlexNetDropout } from '@alexnet/layers';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { type Batch, SgdMomentum, type TrainOptions, train } from '../index.js';

beforeAll(() => tf.setBackend('cpu'));

const rows = 10;
const regularization = 0.05;
const point = (batch: number, row: number): [number, number] => [
  Math.sin(7 * batch + row),
  Math.cos(3 * row),
];
const label = (batch: number, row: number): number => (batch + row * row) % 3;
const kernel0 = [[0.3, -0.2, 0.1], [-0.4, 0.2, 0.5]]; // biome-ignore format: a matrix

async function* batches(): AsyncGenerator<Batch> {
  for (let batch = 0; batch < 3; batch++) {
    const indices = Array.from({ length: rows }, (_, row) => row);
    const labels = indices.map((row) => label(batch, row));
    const ys = tf.tidy(() => tf.cast(tf.oneHot(labels, 3), 'float32'));
    yield { xs: tf.tensor2d(indices.map((row) => point(batch, row))), ys };
  }
}

/**
 * Softmax regression with an l2 regularizer, which must count once for a batch, not once for each
 * micro-batch.
 */
function makeModel(dropout?: tfl.layers.Layer): tfl.LayersModel {
  const dense = tfl.layers.dense({
    units: 3,
    useBias: false,
    kernelRegularizer: tfl.regularizers.l2({ l2: regularization }),
  });
  const layers = [tfl.layers.inputLayer({ inputShape: [2] }), ...(dropout ? [dropout] : []), dense];
  const model = tfl.sequential({ layers: [...layers, tfl.layers.softmax()] });
  tf.tidy(() => dense.setWeights([tf.tensor2d(kernel0)]));
  return model;
}

async function run(
  model: tfl.LayersModel,
  options: TrainOptions,
): Promise<{ kernel: ArrayLike<number>; losses: number[]; error: number }> {
  const losses: number[] = [];
  let error = Number.NaN;
  for await (const event of train(model, batches, { epochs: 1, ...options })) {
    if (event.type === 'step') losses.push(event.loss);
    if (event.type === 'epochEnd') error = event.trainTop1Error;
  }
  return { kernel: model.getWeights()[0]?.dataSync() ?? [], losses, error };
}

/** The same three updates in float64, a row at a time. */
function oracle(learningRate: number): { kernel: number[]; losses: number[]; error: number } {
  const w = kernel0.flat();
  const v = w.map(() => 0);
  const losses: number[] = [];
  let wrong = 0;
  for (let batch = 0; batch < 3; batch++) {
    const g = w.map((value) => 2 * regularization * value);
    let loss = regularization * w.reduce((sum, value) => sum + value * value, 0);
    for (let row = 0; row < rows; row++) {
      const x = point(batch, row);
      const z = [0, 1, 2].map((unit) => x[0] * (w[unit] as number) + x[1] * (w[3 + unit] as number));
      const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
      const p = z.map((value) => Math.exp(value) / total);
      const truth = label(batch, row);
      loss -= Math.log(p[truth] as number) / rows;
      if (z.indexOf(Math.max(...z)) !== truth) wrong++;
      p.forEach((value, unit) => {
        const error = (value - Number(unit === truth)) / rows;
        g[unit] = (g[unit] as number) + x[0] * error;
        g[3 + unit] = (g[3 + unit] as number) + x[1] * error;
      });
    }
    losses.push(loss);
    for (const [i, value] of w.entries()) {
      v[i] = 0.9 * (v[i] as number) - learningRate * (0.0005 * value + (g[i] as number));
      w[i] = value + v[i];
    }
  }
  return { kernel: w, losses, error: wrong / (3 * rows) };
}

test.each([1, 4, 9, 10, 11, undefined])(
  'micro-batches of %s rows give the update of the whole batch, computed by a float64 loop',
  async (microBatchSize) => {
    const before = tf.memory().numTensors;
    const model = makeModel();
    const optimizer = new SgdMomentum({ learningRate: 0.5 });
    const trained = await run(model, { optimizer, ...(microBatchSize && { microBatchSize }) });
    const expected = oracle(0.5);
    expectAllClose(Float32Array.from(trained.kernel), expected.kernel, 1e-6);
    expectAllClose(Float32Array.from(trained.losses), expected.losses, 1e-6);
    expect(trained.error).toBeCloseTo(expected.error, 9);
    model.dispose();
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('a batch that fits into one micro-batch gives bit-identical weights to training without micro-batches', async () => {
  const whole = await run(makeModel(), {});
  expect(await run(makeModel(), { microBatchSize: rows })).toEqual(whole);
});

test('dropout draws a new mask for every micro-batch', async () => {
  const draws = async (microBatchSize: number): Promise<number> => {
    const dropout = new AlexNetDropout({ rate: 0.5, seed: 1 });
    await run(makeModel(dropout), { microBatchSize });
    return dropout.randomState;
  };
  expect(await draws(rows)).toBe(3);
  expect(await draws(4)).toBe(9);
});

test('the memory of a step depends on the micro-batch, not on the batch', async () => {
  const units = 2048;
  const peak = async (options: TrainOptions): Promise<number> => {
    const hidden = tfl.layers.dense({ units, activation: 'relu', inputShape: [2] });
    const model = tfl.sequential({ layers: [hidden, tfl.layers.dense({ units: 3 }), tfl.layers.softmax()] });
    async function* one(): AsyncGenerator<Batch> {
      yield { xs: tf.ones([128, 2]), ys: tf.ones([128, 3]) };
    }
    const before = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(async () => {
      for await (const _ of train(model, one, { epochs: 1, ...options }));
      return tf.scalar(0);
    });
    model.dispose();
    return peakBytes - before;
  };
  const whole = await peak({});
  expect(whole).toBeGreaterThan(2 * 128 * units * 4); // the hidden layer's activations and their gradient
  expect(await peak({ microBatchSize: 8 })).toBeLessThan(whole / 10);
});

test.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'a micro-batch of %s rows is refused',
  async (size) => {
    await expect(run(makeModel(), { microBatchSize: size })).rejects.toThrow(
      `microBatchSize must be a whole number >= 1 (train), got ${size}.`,
    );
  },
);
