import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose, expectGradient, expectLayerContract, image4D, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GroupedConv2D, groupedConv2d, type Padding2D } from './index.js';

type Shape = [number, number, number, number];
interface Case {
  x: Shape;
  filter: Shape;
  groups: number;
  strides: number;
  padding: Padding2D;
  dilationRate?: number;
}

function pads({ x, filter, strides, padding, dilationRate = 1 }: Case): [number, number, number, number] {
  if (typeof padding !== 'string') return [...padding[0], ...padding[1]] as [number, number, number, number];
  if (padding === 'valid') return [0, 0, 0, 0];
  const total = (side: number, k: number): number =>
    Math.max((Math.ceil(side / strides) - 1) * strides + (k - 1) * dilationRate + 1 - side, 0);
  const [vertical, horizontal] = [total(x[1], filter[0]), total(x[2], filter[1])];
  const half = [Math.floor(vertical / 2), Math.floor(horizontal / 2)] as const;
  return [half[0], vertical - half[0], half[1], horizontal - half[1]];
}

/** y(i,j,f) = b(f) + sum x(i s + u, j s + v, g C/G + c) w(u,v,c,f), in seven loops. */
function oracle(values: ArrayLike<number>, weights: ArrayLike<number>, bias: ArrayLike<number>, kase: Case) {
  const { filter, groups, strides, dilationRate = 1 } = kase;
  const [top, bottom, left, right] = pads(kase);
  const [n, h, w, channels] = kase.x;
  const side = (length: number, k: number): number =>
    Math.floor((length - (k - 1) * dilationRate - 1) / strides) + 1;
  const x = image4D(kase.x, values);
  const kernel = image4D(filter, weights);
  const y = image4D([n, side(h + top + bottom, filter[0]), side(w + left + right, filter[1]), filter[3]]);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < y.shape[1]; oy++)
      for (let ox = 0; ox < y.shape[2]; ox++)
        for (let f = 0; f < filter[3]; f++) {
          const group = Math.floor((f * groups) / filter[3]);
          let sum = bias[f] as number;
          for (let v = 0; v < filter[0]; v++)
            for (let u = 0; u < filter[1]; u++)
              for (let c = 0; c < filter[2]; c++) {
                const iy = oy * strides + v * dilationRate - top;
                const ix = ox * strides + u * dilationRate - left;
                sum += x.at(i, iy, ix, (group * channels) / groups + c) * kernel.at(v, u, c, f);
              }
          y.set(i, oy, ox, f, sum);
        }
  return y;
}

const cases: [string, Case][] = [
  ['conv2 of the towers', { x: [2, 7, 7, 4], filter: [5, 5, 2, 6], groups: 2, strides: 1, padding: 'same' }],
  [
    'conv1: stride 4, 3 px beyond the right and bottom edges',
    { x: [1, 16, 16, 3], filter: [11, 11, 3, 2], groups: 1, strides: 4, padding: [[0, 3], [0, 3]] }, // biome-ignore format: one line
  ],
  ['three groups, valid', { x: [1, 5, 6, 6], filter: [3, 2, 2, 3], groups: 3, strides: 2, padding: 'valid' }],
  [
    'uneven padding',
    { x: [1, 4, 5, 2], filter: [3, 3, 1, 2], groups: 2, strides: 1, padding: [[2, 0], [0, 1]] }, // biome-ignore format: one line
  ],
  [
    'dilated',
    { x: [1, 7, 8, 2], filter: [3, 3, 2, 2], groups: 1, strides: 1, padding: 'same', dilationRate: 2 },
  ],
];

beforeAll(async () => {
  await tf.setBackend('cpu');
  tf.serialization.registerClass(GroupedConv2D);
});
afterAll(() => expect(tf.memory().numTensors).toBe(0));

describe.each(cases)('grouped convolution, %s', (_, kase) => {
  const { groups, strides, padding, dilationRate = 1 } = kase;
  const x = randomImage(kase.x, 1);
  const w = randomImage(kase.filter, 2);
  const b = randomImage([1, 1, 1, kase.filter[3]], 3);
  const tensors = (): { filter: tf.Tensor4D; bias: tf.Tensor1D } => ({
    filter: tf.tensor4d(Float32Array.from(w.data), kase.filter),
    bias: tf.tensor1d(Float32Array.from(b.data)),
  });
  const apply = (input: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
    groupedConv2d(input as tf.Tensor4D, filter as tf.Tensor4D, {
      groups,
      strides,
      padding,
      dilationRate,
      bias: bias as tf.Tensor1D,
    });

  test('matches seven plain loops', () => {
    const expected = oracle(x.data, w.data, b.data, kase);
    const actual = tf.tidy(() => {
      const { filter, bias } = tensors();
      const y = apply(tf.tensor(Float32Array.from(x.data), kase.x), filter, bias);
      expect(y.shape).toEqual(expected.shape);
      return y.dataSync();
    });
    expectAllClose(actual, expected.data, 3e-6);
  });

  test('applies relu last', () => {
    const expected = oracle(x.data, w.data, b.data, kase).data.map((v) => Math.max(v, 0));
    const actual = tf.tidy(() => {
      const input = tf.tensor4d(Float32Array.from(x.data), kase.x);
      const options = { groups, strides, padding, dilationRate, activation: 'relu' as const };
      const { filter, bias } = tensors();
      return groupedConv2d(input, filter, { ...options, bias }).dataSync();
    });
    expectAllClose(actual, expected, 3e-6);
  });

  test('the layer declares its output shape and meets the contract of every layer', async () => {
    const shape = oracle(x.data, w.data, b.data, kase).shape;
    const kernelSize: [number, number] = [kase.filter[0], kase.filter[1]];
    const options = { filters: kase.filter[3], kernelSize, strides, padding, groups, dilationRate };
    await expectLayerContract(
      () => new GroupedConv2D({ ...options, activation: 'tanh', biasInitializer: 'ones' }),
      kase.x.slice(1),
      shape.slice(1),
    );
  });

  // tfjs has no gradient for a dilated convolution and throws
  if (dilationRate > 1) return;

  test('has the gradients of the formula for input, filter and bias', () => {
    const withInput = (op: (f: tf.Tensor4D, b: tf.Tensor1D, x: tf.Tensor) => tf.Tensor) => (t: tf.Tensor) => {
      const { filter, bias } = tensors();
      return op(filter, bias, t);
    };
    const input = (): tf.Tensor => tf.tensor(Float32Array.from(x.data), kase.x);
    expectGradient(
      withInput((f, bias, t) => apply(t, f, bias)),
      (v) => oracle(v, w.data, b.data, kase).data,
      x.data,
      kase.x,
    );
    expectGradient(
      withInput((_f, bias, t) => apply(input(), t, bias)),
      (v) => oracle(x.data, v, b.data, kase).data,
      w.data,
      kase.filter,
    );
    expectGradient(
      withInput((f, _b, t) => apply(input(), f, t)),
      (v) => oracle(x.data, w.data, v, kase).data,
      b.data,
      [kase.filter[3]],
    );
  });
});

test('a filter of the layer spans the channels of one group, and the initializers are used', () => {
  const model = tfl.sequential();
  model.add(
    new GroupedConv2D({
      inputShape: [6, 6, 4],
      filters: 8,
      kernelSize: 3,
      groups: 2,
      kernelInitializer: tfl.initializers.constant({ value: 2 }),
      biasInitializer: 'ones',
    }),
  );
  const [kernel, bias] = model.getWeights();
  expect(kernel?.shape).toEqual([3, 3, 2, 8]);
  expect(new Set(kernel?.dataSync())).toEqual(new Set([2]));
  expect(new Set(bias?.dataSync())).toEqual(new Set([1]));
  model.dispose();
});

test('an error names the bad argument', () => {
  const layer = (args: object) => () => new GroupedConv2D({ filters: 4, kernelSize: 3, ...args });
  expect(layer({ groups: 3 })).toThrow(
    'groups must divide channels (3) and filters (4) (groupedConv2d), got 3.',
  );
  expect(layer({ groups: 0 })).toThrow('groups must be a whole number >= 1 (groupedConv2d), got 0.');
  expect(layer({ padding: [[1, 2]] })).toThrow('got [[1, 2]].');
  expect(layer({ dataFormat: 'channelsFirst' })).toThrow("dataFormat must be 'channelsLast'");
  tf.tidy(() => {
    expect(() => groupedConv2d(tf.ones([1, 4, 4, 4]), tf.ones([3, 3, 4, 4]), { groups: 2 })).toThrow(
      'filter must have inChannels / groups = 2 channels (groupedConv2d), got 4.',
    );
  });
});
