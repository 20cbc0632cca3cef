import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileSystem, registerSgdMomentum, SgdMomentum } from '../index.js';

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'alexnet-optimizer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = {
  learningRate: { default: 0.05, biases: 0.1 },
  momentum: 0.8,
  weightDecay: { default: 0.0005, biases: 0 },
};
function makeModel(): tfl.LayersModel {
  const layers = [
    tfl.layers.dense({ units: 4, inputShape: [2], activation: 'tanh' }),
    tfl.layers.dense({ units: 1 }),
  ];
  return tfl.sequential({ layers });
}
async function fit(model: tfl.LayersModel, epochs: number): Promise<void> {
  const [xs, ys] = [tf.tensor2d([[1, 2], [3, -1], [0, 1]]), tf.tensor2d([[1], [0], [2]])]; // biome-ignore format: matrices
  await model.fit(xs, ys, { epochs, verbose: 0 });
  tf.dispose([xs, ys]);
}
const weightsOf = (model: tfl.LayersModel): number[][] =>
  model.getWeights().map((weight) => Array.from(weight.dataSync()));

test('a compiled model saved with its optimizer is loaded and continues with bit-identical weights', async () => {
  registerSgdMomentum();
  registerSgdMomentum();
  const model = makeModel();
  model.compile({ optimizer: new SgdMomentum(options), loss: 'meanSquaredError' });
  await fit(model, 5);
  const saved = weightsOf(model);
  await model.save(fileSystem(folder), { includeOptimizer: true });
  const loaded = await tfl.loadLayersModel(fileSystem(folder)); // the first still exists, so its variables get new names
  expect(weightsOf(loaded)).toEqual(saved);
  expect(loaded.optimizer).toBeInstanceOf(SgdMomentum);
  expect(loaded.optimizer.getConfig()).toEqual(options);
  expect(loaded.optimizer.iterations).toBe(5);
  await fit(model, 5);
  await fit(loaded, 5);
  expect(weightsOf(loaded)).toEqual(weightsOf(model));
  expect(weightsOf(loaded)).not.toEqual(saved);
});

test('values of single layers are saved, whatever the layers are called', async () => {
  registerSgdMomentum();
  const model = tfl.sequential({
    layers: [tfl.layers.dense({ name: 'my_Dense', units: 1, inputShape: [2] })],
  });
  const layers = { my_Dense: { default: 0.2, biases: 0.3 } };
  const own = {
    learningRate: { default: 0.1, layers },
    momentum: 0.9,
    weightDecay: { default: 0, biases: 1, layers },
  };
  model.compile({ optimizer: new SgdMomentum(own), loss: 'meanSquaredError' });
  await fit(model, 1);
  await model.save(fileSystem(folder), { includeOptimizer: true });
  const { optimizer } = await tfl.loadLayersModel(fileSystem(folder));
  expect([(optimizer as SgdMomentum).learningRate, (optimizer as SgdMomentum).weightDecay]).toEqual([
    own.learningRate,
    own.weightDecay,
  ]);
});

test.each([
  [
    {
      learningRate: 0.05,
      momentum: 0.8,
      weightDecay: 0.0005,
      biasLearningRateMultiplier: 2,
      biasWeightDecay: false,
    },
    {
      learningRate: { default: 0.05, biases: 0.1 },
      momentum: 0.8,
      weightDecay: { default: 0.0005, biases: 0 },
    },
  ],
  [
    {
      learningRate: 0.05,
      momentum: 0.8,
      weightDecay: 0.0005,
      biasLearningRateMultiplier: 1,
      biasWeightDecay: true,
    },
    { learningRate: 0.05, momentum: 0.8, weightDecay: 0.0005 },
  ],
])('the config that an earlier version saved is read: %j', (saved, options) => {
  expect(SgdMomentum.fromConfig(SgdMomentum, saved).getConfig()).toEqual(options);
});

test('velocities of another model are refused, and an empty list restores none', async () => {
  const model = makeModel();
  const optimizer = new SgdMomentum(options);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const velocity = { name: 'other/kernel/velocity', tensor: tf.ones([2, 4]) as tf.Tensor };
  const iterations = { name: 'iter', tensor: tf.scalar(3, 'int32') as tf.Tensor };
  await optimizer.setWeights([iterations, velocity]);
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(fit(model, 1)).rejects.toThrow(
      'weights must be velocities of shapes [2,4], [4], [4,1], [1] (SgdMomentum), got [2,4].',
    );
  }
  await optimizer.setWeights([iterations]);
  await fit(model, 1);
  expect(optimizer.iterations).toBe(4);
});

test('minimize works too, and biases are recognized by their rank', () => {
  const optimizer = new SgdMomentum({ ...options, momentum: 0, weightDecay: { default: 0.1, biases: 0 } });
  const [w, b] = tf.tidy(() => [tf.variable(tf.tensor2d([[2]])), tf.variable(tf.tensor1d([2]))]);
  optimizer.minimize(() => tf.add(tf.sum(w as tf.Variable), tf.sum(b as tf.Variable)) as tf.Scalar, false, [
    w,
    b,
  ] as tf.Variable[]);
  expect(w?.dataSync()[0]).toBeCloseTo(2 - 0.05 * 1 - 0.1 * 0.05 * 2, 6);
  expect(b?.dataSync()[0]).toBeCloseTo(2 - 0.1 * 1, 6);
});
