import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose, expectGradient, expectLayerContract, image4D, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SameMapNormalization, type SameMapNormalizationOptions, sameMapNormalization } from './index.js';

type Shape = [number, number, number, number];
type Constants = Required<SameMapNormalizationOptions>;

function oracle(
  values: ArrayLike<number>,
  shape: Shape,
  { size, bias, alpha, beta }: Constants,
): Float64Array {
  const r = (size - 1) / 2;
  const x = image4D(shape, values);
  const y = image4D(shape);
  for (let n = 0; n < shape[0]; n++)
    for (let h = 0; h < shape[1]; h++)
      for (let w = 0; w < shape[2]; w++)
        for (let c = 0; c < shape[3]; c++) {
          let sum = 0;
          for (let v = h - r; v <= h + r; v++)
            for (let u = w - r; u <= w + r; u++) sum += x.at(n, v, u, c) ** 2;
          y.set(n, h, w, c, x.at(n, h, w, c) / (bias + alpha * sum) ** beta);
        }
  return y.data;
}

const original: Constants = { size: 5, bias: 1, alpha: 4e-5, beta: 0.75 };
const cases: [string, Constants, Shape, number][] = [
  ['the original constants', original, [2, 7, 6, 3], 80],
  ['a window larger than the image', original, [1, 2, 3, 2], 80],
  ['strong constants', { size: 3, bias: 0.5, alpha: 0.4, beta: 1.2 }, [1, 4, 5, 2], 1],
];

beforeAll(() => tf.setBackend('cpu'));
afterAll(() => expect(tf.memory().numTensors).toBe(0));

describe.each(cases)('same-map normalization, %s', (_, constants, shape, scale) => {
  const x = randomImage(shape, 2, scale);
  const op = (t: tf.Tensor): tf.Tensor => sameMapNormalization(t as tf.Tensor4D, constants);

  test('matches the formula, image borders included', () => {
    const actual = tf.tidy(() => op(tf.tensor(Float32Array.from(x.data), shape)).dataSync());
    expectAllClose(actual, oracle(x.data, shape, constants), 3e-6);
  });

  test('has the gradient of the formula', () => {
    expectGradient(op, (v) => oracle(v, shape, constants), x.data, shape);
  });
});

test('the defaults are the original constants', () => {
  const x = randomImage([1, 6, 6, 2], 3, 80);
  const actual = tf.tidy(() =>
    sameMapNormalization(tf.tensor4d(Float32Array.from(x.data), x.shape)).dataSync(),
  );
  expectAllClose(actual, oracle(x.data, x.shape, original), 3e-6);
});

test('the layer meets the contract of every layer', async () => {
  tf.serialization.registerClass(SameMapNormalization);
  await expectLayerContract(() => new SameMapNormalization({ size: 3, alpha: 0.5 }), [5, 4, 3], [5, 4, 3]);
});

test('an error names the bad constant', () => {
  expect(() => new SameMapNormalization({ size: 4 })).toThrow(
    'size must be odd (sameMapNormalization), got 4.',
  );
  expect(() => new SameMapNormalization({ bias: -1 })).toThrow(RangeError);
});
