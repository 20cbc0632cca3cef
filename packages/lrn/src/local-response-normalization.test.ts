import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose, expectGradient, expectLayerContract, image4D, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  LocalResponseNormalization,
  type LrnOptions,
  localResponseNormalization,
  lrnConventions,
} from './index.js';

type Shape = [number, number, number, number];

/** Section 3.3 word for word: loops over all activities, and for each a loop over its neighbors. */
function oracle(values: ArrayLike<number>, shape: Shape, options: Required<LrnOptions>): Float64Array {
  const { depthRadius, bias, alpha, beta } = options;
  const x = image4D(shape, values);
  const y = image4D(shape);
  for (let n = 0; n < shape[0]; n++)
    for (let h = 0; h < shape[1]; h++)
      for (let w = 0; w < shape[2]; w++)
        for (let i = 0; i < shape[3]; i++) {
          let sum = 0;
          for (let j = i - depthRadius; j <= i + depthRadius; j++) sum += x.at(n, h, w, j) ** 2;
          y.set(n, h, w, i, x.at(n, h, w, i) / (bias + alpha * sum) ** beta);
        }
  return y.data;
}

const strong: Required<LrnOptions> = { depthRadius: 1, bias: 0.5, alpha: 0.7, beta: 1.3 };
const cases: [string, Required<LrnOptions>, Shape][] = [
  ['paper', lrnConventions.paper, [2, 3, 4, 11]],
  ['original2012', lrnConventions.original2012, [1, 2, 2, 48]],
  ['caffe', lrnConventions.caffe, [1, 2, 2, 5]],
  ['strong constants', strong, [2, 3, 3, 6]],
  ['a window wider than the channels', { ...strong, depthRadius: 9 }, [1, 2, 2, 3]],
  ['one channel', lrnConventions.paper, [1, 1, 1, 1]],
];

beforeAll(() => tf.setBackend('cpu'));
afterAll(() => expect(tf.memory().numTensors).toBe(0));

describe.each(cases)('local response normalization, %s', (_, options, shape) => {
  const x = randomImage(shape, 1, options === strong ? 1 : 60); // raw pixels reach hundreds, so that alpha matters
  const op = (t: tf.Tensor): tf.Tensor => localResponseNormalization(t as tf.Tensor4D, options);

  test('matches the formula at every channel, the outer ones included', () => {
    const actual = tf.tidy(() => op(tf.tensor(Float32Array.from(x.data), shape)).dataSync());
    expectAllClose(actual, oracle(x.data, shape, options), 2e-6);
  });

  test('has the gradient of the formula', () => {
    expectGradient(op, (v) => oracle(v, shape, options), x.data, shape);
  });
});

test('the defaults are the constants of section 3.3', () => {
  const y = tf.tidy(() => localResponseNormalization(tf.fill([1, 1, 1, 1], 100)).dataSync());
  expect(y[0]).toBeCloseTo(100 / (2 + 1e-4 * 100 ** 2) ** 0.75, 4);
});

test('the layer meets the contract of every layer', async () => {
  tf.serialization.registerClass(LocalResponseNormalization);
  await expectLayerContract(
    () => new LocalResponseNormalization({ ...strong, name: 'lrn' }),
    [4, 4, 6],
    [4, 4, 6],
  );
});
