import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose, expectGradient, expectLayerContract, image4D, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LocallyConnected2D, type LocallyConnected2dOptions, locallyConnected2d } from './index.js';

type Pair = [number, number];
type Shape = [number, number, number, number];
interface Case {
  x: Shape;
  kernelSize: Pair;
  strides: Pair;
  padding: NonNullable<LocallyConnected2dOptions['padding']>;
  filters: number;
  /** Zeros above and to the left, and the size of the output, worked out by hand. */
  before: Pair;
  output: Pair;
}

/** y(i,j,f) = b(i,j,f) + sum x(i s + u, j s + v, c) w(i W' + j, (u kw + v) C + c, f), in seven loops. */
function oracle(values: ArrayLike<number>, weights: ArrayLike<number>, bias: ArrayLike<number>, kase: Case) {
  const { kernelSize, strides, filters, before, output } = kase;
  const [n, , , channels] = kase.x;
  const x = image4D(kase.x, values);
  const y = image4D([n, ...output, filters]);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < output[0]; oy++)
      for (let ox = 0; ox < output[1]; ox++)
        for (let f = 0; f < filters; f++) {
          const position = oy * output[1] + ox;
          let sum = bias[position * filters + f] as number;
          let row = position * kernelSize[0] * kernelSize[1] * channels;
          for (let u = 0; u < kernelSize[0]; u++)
            for (let v = 0; v < kernelSize[1]; v++)
              for (let c = 0; c < channels; c++, row++) {
                const [iy, ix] = [oy * strides[0] + u - before[0], ox * strides[1] + v - before[1]];
                sum += x.at(i, iy, ix, c) * (weights[row * filters + f] as number);
              }
          y.set(i, oy, ox, f, sum);
        }
  return y;
}

const cases: [string, Case][] = [
  ['valid', { x: [2, 5, 4, 3], kernelSize: [3, 3], strides: [1, 1], padding: 'valid', filters: 2, before: [0, 0], output: [3, 2] }],
  ['same, as local3', { x: [2, 4, 4, 3], kernelSize: [3, 3], strides: [1, 1], padding: 'same', filters: 4, before: [1, 1], output: [4, 4] }],
  ['same, even window', { x: [1, 4, 5, 2], kernelSize: [2, 4], strides: [1, 1], padding: 'same', filters: 2, before: [0, 1], output: [4, 5] }],
  ['same, stride 2', { x: [1, 6, 5, 2], kernelSize: [3, 3], strides: [2, 2], padding: 'same', filters: 2, before: [0, 1], output: [3, 3] }],
  ['same, stride above the window', { x: [1, 5, 4, 2], kernelSize: [2, 1], strides: [3, 3], padding: 'same', filters: 2, before: [0, 0], output: [2, 2] }],
  ['1 x 1', { x: [2, 3, 2, 3], kernelSize: [1, 1], strides: [1, 1], padding: 'valid', filters: 2, before: [0, 0], output: [3, 2] }],
  ['1 x 1, stride 2', { x: [1, 5, 4, 2], kernelSize: [1, 1], strides: [2, 2], padding: 'valid', filters: 1, before: [0, 0], output: [3, 2] }],
  ['valid, rows and columns left over', { x: [2, 8, 9, 1], kernelSize: [2, 3], strides: [3, 5], padding: 'valid', filters: 2, before: [0, 0], output: [3, 2] }],
  ['uneven padding and strides', { x: [1, 4, 5, 2], kernelSize: [3, 2], strides: [1, 3], padding: [[2, 0], [0, 3]], filters: 2, before: [2, 0], output: [4, 3] }],
  ['one position', { x: [3, 3, 2, 2], kernelSize: [3, 2], strides: [1, 1], padding: 'valid', filters: 3, before: [0, 0], output: [1, 1] }],
]; // biome-ignore format: a table

const shapesOf = ({ x, kernelSize, filters, output }: Case) => ({
  filter: [output[0] * output[1], kernelSize[0] * kernelSize[1] * x[3], filters] as [number, number, number],
  bias: [...output, filters] as [number, number, number],
});

beforeAll(async () => {
  await tf.setBackend('cpu');
  tf.serialization.registerClass(LocallyConnected2D);
});
let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(before));

describe.each(cases)('a locally connected layer, %s', (_, kase) => {
  const { kernelSize, strides, padding } = kase;
  const shapes = shapesOf(kase);
  const x = randomImage(kase.x, 1);
  const w = randomImage([1, ...shapes.filter], 2);
  const b = randomImage([1, ...shapes.bias], 3);
  const input = (): tf.Tensor => tf.tensor(Float32Array.from(x.data), kase.x);
  const filter = (): tf.Tensor => tf.tensor(Float32Array.from(w.data), shapes.filter);
  const bias = (): tf.Tensor => tf.tensor(Float32Array.from(b.data), shapes.bias);
  const apply = (image: tf.Tensor, kernel: tf.Tensor, offset?: tf.Tensor): tf.Tensor4D =>
    locallyConnected2d(image as tf.Tensor4D, kernel as tf.Tensor3D, {
      kernelSize,
      strides,
      padding,
      ...(offset && { bias: offset as tf.Tensor3D }),
    });

  test('matches seven plain loops, and returns one tensor', () => {
    const expected = oracle(x.data, w.data, b.data, kase);
    const tensors = [input(), filter(), bias()] as const;
    const count = tf.memory().numTensors;
    const y = apply(...tensors);
    expect(tf.memory().numTensors).toBe(count + 1);
    expect(y.shape).toEqual(expected.shape);
    expectAllClose(y.dataSync(), expected.data, 3e-6);
    tf.dispose([y, ...tensors]);
  });

  test('has the gradients of the formula for input, filter and bias', () => {
    expectGradient(
      (t) => apply(t, filter(), bias()),
      (v) => oracle(v, w.data, b.data, kase).data,
      x.data,
      kase.x,
    );
    expectGradient(
      (t) => apply(input(), t, bias()),
      (v) => oracle(x.data, v, b.data, kase).data,
      w.data,
      shapes.filter,
    );
    expectGradient(
      (t) => apply(input(), filter(), t),
      (v) => oracle(x.data, w.data, v, kase).data,
      b.data,
      shapes.bias,
    );
  });

  test('is tf.conv2d if every position has the same filters', () => {
    tf.tidy(() => {
      const [kh, kw] = kernelSize;
      const shared = tf.randomNormal([1, ...shapes.filter.slice(1)], 0, 1, 'float32', 4);
      const kernel = tf.reshape<tf.Rank.R4>(shared, [kh, kw, kase.x[3], kase.filters]);
      const pad = typeof padding === 'string' ? padding : ([[0, 0], ...padding, [0, 0]] as never);
      const expected = tf.conv2d(input() as tf.Tensor4D, kernel, strides, pad);
      const y = apply(input(), tf.tile(shared, [shapes.filter[0], 1, 1]));
      expect(y.shape).toEqual(expected.shape);
      expectAllClose(y.dataSync(), expected.dataSync(), 3e-6);
    });
  });

  test('the layer declares its output shape and meets the contract of every layer', async () => {
    const args = { filters: kase.filters, kernelSize, strides, padding };
    await expectLayerContract(
      () =>
        new LocallyConnected2D({
          ...args,
          activation: 'tanh',
          biasInitializer: tfl.initializers.randomNormal({ seed: 1 }),
        }),
      kase.x.slice(1),
      [...kase.output, kase.filters],
    );
  });
});

test('a layer without bias has only a kernel, in the layout of Keras, and the initializer is used', () => {
  const options = { filters: 2, kernelSize: 3, inputShape: [4, 5, 3], name: 'local3' };
  const models = [false, true].map((useBias) =>
    tfl.sequential({
      layers: [new LocallyConnected2D({ ...options, useBias, kernelInitializer: 'ones' })],
    }),
  ) as [tfl.Sequential, tfl.Sequential];
  expect(models.map((model) => model.getWeights().map((weight) => weight.shape))).toEqual([
    [[6, 27, 2]],
    [[6, 27, 2], [2, 3, 2]], // biome-ignore format: one line
  ]);
  expect(models[0].weights[0]?.originalName).toBe('local3/kernel');
  expect(models[1].weights[1]?.originalName).toBe('local3/bias');
  const y = tf.tidy(() => (models[0].predict(tf.ones([1, 4, 5, 3])) as tf.Tensor).dataSync());
  expect(new Set(y)).toEqual(new Set([27]));
  for (const model of models) model.dispose();
});

test('the default initializer is glorotUniform, with the number of positions in both fans, as in Keras', () => {
  const layer = new LocallyConnected2D({ filters: 8, kernelSize: 3, inputShape: [7, 7, 4] });
  expect(layer.getConfig().kernelInitializer).toMatchObject({
    className: 'VarianceScaling',
    config: { scale: 1, mode: 'fanAvg', distribution: 'uniform' },
  });
  const model = tfl.sequential({ layers: [layer] });
  const limit = Math.sqrt(6 / (25 * 36 + 25 * 8));
  const largest = Math.max(...(model.getWeights()[0] as tf.Tensor).dataSync().map(Math.abs));
  expect(largest).toBeLessThanOrEqual(limit);
  expect(largest).toBeGreaterThan(0.95 * limit);
  model.dispose();
});

test('a configuration from Keras is accepted, and one that is read back has no dilation', () => {
  const config = { filters: 2, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', dataFormat: 'channelsLast', implementation: 1 }; // biome-ignore format: one line
  const layer = LocallyConnected2D.fromConfig(
    LocallyConnected2D as unknown as tf.serialization.SerializableConstructor<LocallyConnected2D>,
    config,
  );
  expect(layer.getConfig()).toMatchObject({ filters: 2, kernelSize: [3, 3], padding: 'valid' });
  expect(layer.getConfig()).not.toHaveProperty('dilationRate');
});

test('a regularizer shrinks the kernel, and a constraint applies to weights that are set', async () => {
  const model = tfl.sequential({
    layers: [
      new LocallyConnected2D({
        filters: 2,
        kernelSize: 2,
        inputShape: [3, 3, 1],
        kernelInitializer: 'ones',
        kernelRegularizer: tfl.regularizers.l2({ l2: 1 }),
        biasConstraint: 'nonNeg',
      }),
      tfl.layers.flatten(),
    ],
  });
  const optimizer = tf.train.sgd(0.1);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const [xs, ys] = [tf.zeros([2, 3, 3, 1]), tf.zeros([2, 8])]; // the regularizer's is the only gradient
  await model.fit(xs, ys, { epochs: 1, verbose: 0 });
  const [kernel] = model.getWeights() as [tf.Tensor];
  expectAllClose(kernel.dataSync(), new Float32Array(32).fill(0.8), 1e-6); // w <- w - .1 * 2 w
  tf.tidy(() => model.setWeights([kernel, tf.fill([2, 2, 2], -1)]));
  expect(new Set(model.getWeights()[1]?.dataSync())).toEqual(new Set([0]));
  tf.dispose([xs, ys]);
  model.dispose();
  optimizer.dispose();
});
