import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import {
  LocalResponseNormalization,
  localResponseNormalization,
  SameMapNormalization,
  sameMapNormalization,
} from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const x = (): tf.Tensor4D => tf.ones([1, 2, 2, 3]);
const normalize = (options: object) => () => localResponseNormalization(x(), options);
const sameMap = (options: object) => () => sameMapNormalization(x(), options);

test.each<[string, () => unknown]>([
  ['depthRadius must be a whole number >= 0 (localResponseNormalization), got -1.', normalize({ depthRadius: -1 })],
  ['depthRadius must be a whole number >= 0 (localResponseNormalization), got NaN.', normalize({ depthRadius: Number.NaN })],
  ['alpha must be a finite number > 0 (localResponseNormalization), got NaN.', normalize({ alpha: Number.NaN })],
  ["beta must be a finite number > 0 (localResponseNormalization), got '0.75'.", normalize({ beta: '0.75' })],
  ['bias must be a finite number > 0 (localResponseNormalization), got Infinity.', normalize({ bias: Infinity })],
  ["options must be among depthRadius, bias, alpha, beta (localResponseNormalization), got 'k'.", normalize({ k: 2 })],
  ['size must be a whole number >= 1 (sameMapNormalization), got -5.', sameMap({ size: -5 })],
  ['alpha must be a finite number > 0 (sameMapNormalization), got NaN.', sameMap({ alpha: Number.NaN })],
  ["options must be among size, bias, alpha, beta (sameMapNormalization), got 'depthRadius'.", sameMap({ depthRadius: 2 })],
  [
    "dataFormat must be 'channelsLast' (LocalResponseNormalization), got 'channelsFirst'.",
    () => new LocalResponseNormalization({ dataFormat: 'channelsFirst' as 'channelsLast' }),
  ],
  [
    "dataFormat must be 'channelsLast' (SameMapNormalization), got 'channelsFirst'.",
    () => new SameMapNormalization({ dataFormat: 'channelsFirst' as 'channelsLast' }),
  ],
  ['options must be an object (LocalResponseNormalization), got null.', () => new LocalResponseNormalization(null as never)],
  ['options must be an object (SameMapNormalization), got null.', () => new SameMapNormalization(null as never)],
  ["(LocalResponseNormalization), got 'radius'.", () => new LocalResponseNormalization({ radius: 2 } as object)],
  ["(SameMapNormalization), got 'window'.", () => new SameMapNormalization({ window: 2 } as object)],
])('%s', (message, act) => {
  expect(() => tf.tidy(() => act() as tf.Tensor)).toThrow(message);
}); // biome-ignore format: a table

test.each([
  ['localResponseNormalization', localResponseNormalization],
  ['sameMapNormalization', sameMapNormalization],
])('%s requires a float32 tensor of rank 4', (caller, op) => {
  const bad: [unknown, string][] = [
    [tf.ones([2, 2, 3]), 'float32 [2, 2, 3]'],
    [tf.ones([1, 2, 2, 3], 'int32'), 'int32 [1, 2, 2, 3]'],
    [[[1]], '[[1]]'],
    [undefined, 'undefined'],
  ];
  for (const [value, shown] of bad) {
    expect(() => op(value as tf.Tensor4D)).toThrow(
      `x must be a float32 tensor [N, H, W, C] (${caller}), got ${shown}.`,
    );
  }
});

test.each([
  ['LocalResponseNormalization', () => new LocalResponseNormalization()],
  ['SameMapNormalization', () => new SameMapNormalization()],
])('a model whose activations are not images refuses %s', (_, makeLayer) => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [5] })] });
  expect(() => model.add(makeLayer())).toThrow('expected ndim=4, found ndim=2');
});
