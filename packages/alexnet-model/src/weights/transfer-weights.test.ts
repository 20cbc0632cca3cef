import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { setClasses } from '../classes.js';
import { alexnet, type ClassOrder, transferWeights } from '../index.js';

beforeAll(() => tf.setBackend('cpu'));

const small = { width: 1 / 16, imageSize: 64 };
const last = ['fc8/kernel', 'fc8/bias'];
const weightsOf = (model: tfl.LayersModel): Map<string, number[]> =>
  new Map(model.weights.map(({ originalName }, i) => [originalName, [...(model.getWeights()[i] as tf.Tensor).dataSync()]])); // biome-ignore format: one line

describe('to a model for other classes', () => {
  test('every weight but those of the last layer is bit-identical to the first model', async () => {
    const from = alexnet('paperConv6', { ...small, classes: 7, seed: 1 });
    const to = alexnet('paperConv6', { ...small, classes: 3, seed: 2 });
    const [source, before] = [weightsOf(from), weightsOf(to)];
    const tensors = tf.memory().numTensors;
    const { copied, kept } = await transferWeights(from, to);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(kept).toEqual(last);
    expect(copied).toHaveLength(before.size - 2);
    expect(copied).toContain('conv6b/kernel');
    const now = weightsOf(to);
    for (const name of copied) expect(now.get(name), name).toEqual(source.get(name));
    for (const name of kept) expect(now.get(name), name).toEqual(before.get(name));
    expect(now.get('conv1a/kernel')).not.toEqual(before.get('conv1a/kernel'));
    for (const net of [from, to]) net.dispose();
  });

  test('training one model afterwards does not change the other', async () => {
    const layer = (): tfl.layers.Layer => tfl.layers.dense({ name: 'd', units: 2, inputShape: [1] });
    const [from, to] = [tfl.sequential({ layers: [layer()] }), tfl.sequential({ layers: [layer()] })];
    await transferWeights(from, to);
    const before = weightsOf(from);
    expect(weightsOf(to)).toEqual(before);
    for (const weight of to.weights) (weight.read() as tf.Variable).assign(tf.ones(weight.shape as number[]));
    expect(weightsOf(from)).toEqual(before);
    expect(weightsOf(to).get('d/kernel')).toEqual([1, 1]);
  });
});

test('a layer in `except` keeps its weights although others would fit', async () => {
  const from = alexnet('paper', { ...small, classes: 4, seed: 1 });
  const to = alexnet('paper', { ...small, classes: 4, seed: 2 });
  const before = weightsOf(to);
  expect((await transferWeights(from, to, { except: ['fc8'] })).kept).toEqual(last);
  expect(weightsOf(to).get('fc8/kernel')).toEqual(before.get('fc8/kernel'));
  expect((await transferWeights(from, to)).kept).toEqual([]);
  expect(weightsOf(to)).toEqual(weightsOf(from));
});

test.each<[from: ClassOrder, to: ClassOrder, permutation: number[] | undefined]>([
  [
    ['a', 'b', 'c'],
    ['c', 'a', 'b'],
    [2, 0, 1],
  ],
  ['sorted', ['n00000003', 'n00000001', 'n00000002'], [2, 0, 1]],
  ['sorted', 'sorted', [0, 1, 2]],
  [['a', 'b', 'c'], ['a', 'b', 'd'], undefined],
  ['sorted', ['cat', 'dog', 'rat'], undefined],
])(
  'the last layer for classes %j is put into the order %j, or kept for other classes',
  async (a, b, order) => {
    const from = alexnet('noLrn', { width: 1 / 32, imageSize: 64, classes: 3, seed: 1 });
    const to = alexnet('noLrn', { width: 1 / 32, imageSize: 64, classes: 3, seed: 2 });
    setClasses(from, a);
    setClasses(to, b);
    const [source, before] = [weightsOf(from), weightsOf(to)];
    const tensors = tf.memory().numTensors;
    const { kept } = await transferWeights(from, to);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(kept).toEqual(order ? [] : last);
    const row = (weights: Map<string, number[]>): number[] => weights.get('fc8/kernel')?.slice(0, 3) ?? [];
    expect(row(weightsOf(to))).toEqual(order ? order.map((i) => row(source)[i]) : row(before));
    expect(weightsOf(to).get('fc7a/kernel')).toEqual(source.get('fc7a/kernel'));
    for (const net of [from, to]) net.dispose();
  },
);

test('from `paper` to `paperConv6`, only the sixth convolution keeps its weights', async () => {
  const from = alexnet('paper', { ...small, classes: 4, seed: 1 });
  const to = alexnet('paperConv6', { ...small, classes: 4, seed: 2 });
  const { kept } = await transferWeights(from, to);
  expect(kept).toEqual(['conv6a/kernel', 'conv6a/bias', 'conv6b/kernel', 'conv6b/bias']);
});

describe('refuses', () => {
  test('models that share no weight, and names the first weight of each', async () => {
    const from = tfl.sequential({ layers: [tfl.layers.dense({ name: 'd', units: 2, inputShape: [1] })] });
    const to = alexnet('paper', { ...small, classes: 4 });
    const before = weightsOf(to);
    await expect(transferWeights(from, to)).rejects.toThrow(
      new RangeError(
        "from must share the name and shape of a weight with to (transferWeights), got 'd/kernel' [1,2] first, and 'conv1a/kernel' [11,11,3,3] in to.", // biome-ignore format: one line
      ),
    );
    expect(weightsOf(to)).toEqual(before);
  });

  test('a layer that does not exist', async () => {
    const net = alexnet('paper', { ...small, classes: 4 });
    await expect(transferWeights(net, net, { except: ['fc9'] })).rejects.toThrow(
      new RangeError("except must name layers of the model that is written to (transferWeights), got 'fc9'."), // biome-ignore format: one line
    );
  });
});
