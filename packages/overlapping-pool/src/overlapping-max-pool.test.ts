import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose, expectGradient, expectLayerContract, image4D, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OverlappingMaxPooling2D, type OverlappingMaxPoolOptions, overlappingMaxPool } from './index.js';

type Shape = [number, number, number, number];

function oracle(
  values: ArrayLike<number>,
  shape: Shape,
  { poolSize = 3, strides = 2, padding = 'valid' }: OverlappingMaxPoolOptions,
): { data: Float64Array; shape: Shape } {
  const [n, h, w, c] = shape;
  const side = (length: number): number =>
    padding === 'same' ? Math.ceil(length / strides) : Math.floor((length - poolSize) / strides) + 1;
  const before = (length: number): number =>
    padding === 'same' ? Math.floor(Math.max((side(length) - 1) * strides + poolSize - length, 0) / 2) : 0;
  const x = image4D(shape, values);
  const y = image4D([n, side(h), side(w), c]);
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < y.shape[1]; oy++)
      for (let ox = 0; ox < y.shape[2]; ox++)
        for (let k = 0; k < c; k++) {
          let best = Number.NEGATIVE_INFINITY;
          for (let v = 0; v < poolSize; v++)
            for (let u = 0; u < poolSize; u++) {
              const iy = oy * strides + v - before(h);
              const ix = ox * strides + u - before(w);
              if (iy >= 0 && iy < h && ix >= 0 && ix < w) best = Math.max(best, x.at(i, iy, ix, k));
            }
          y.set(i, oy, ox, k, best);
        }
  return y;
}

const cases: [string, OverlappingMaxPoolOptions, Shape][] = [
  ['z = 3, s = 2 (the paper)', {}, [2, 13, 13, 3]],
  ['an image whose last row and column no square covers', {}, [1, 8, 10, 2]],
  [
    'z = 2, s = 2, squares cut by the edge too (the control net)',
    { poolSize: 2, padding: 'same' },
    [1, 11, 13, 2],
  ],
  ['z = 3, s = 1', { strides: 1 }, [1, 5, 6, 1]],
];

beforeAll(() => tf.setBackend('cpu'));
afterAll(() => expect(tf.memory().numTensors).toBe(0));

describe.each(cases)('overlapping max pooling, %s', (_, options, shape) => {
  const x = randomImage(shape, 1);
  const op = (t: tf.Tensor): tf.Tensor => overlappingMaxPool(t as tf.Tensor4D, options);

  test('gives the greatest value of every square', () => {
    const y = tf.tidy(() => op(tf.tensor(Float32Array.from(x.data), shape)));
    const expected = oracle(x.data, shape, options);
    expect(y.shape).toEqual(expected.shape);
    expectAllClose(y.dataSync(), expected.data, 0);
    y.dispose();
  });

  test('sends each gradient to the position of the greatest value', () => {
    expectGradient(op, (v) => oracle(v, shape, options).data, x.data, shape, { step: 1e-6 });
  });

  test('the layer declares its output shape and meets the contract of every layer', async () => {
    tf.serialization.registerClass(OverlappingMaxPooling2D);
    const expected = oracle(x.data, shape, options).shape;
    await expectLayerContract(() => new OverlappingMaxPooling2D(options), shape.slice(1), expected.slice(1));
  });
});

test('a tie sends its whole gradient to one of the tied positions', () => {
  const total = tf.tidy(() => {
    const dx = tf.grad((x: tf.Tensor) => overlappingMaxPool(x as tf.Tensor4D))(tf.ones([1, 5, 5, 1]));
    return tf.sum(dx).dataSync()[0];
  });
  expect(total).toBe(4);
});

test('an error names the bad option', () => {
  expect(() => new OverlappingMaxPooling2D({ poolSize: 0 })).toThrow(
    'poolSize must be a whole number >= 1 (overlappingMaxPool), got 0.',
  );
  expect(() => new OverlappingMaxPooling2D({ strides: 1.5 })).toThrow('strides must be a whole number');
  expect(() => new OverlappingMaxPooling2D({ padding: 'full' as 'same' })).toThrow(
    "padding must be 'valid' or 'same'",
  );
  expect(() => tf.tidy(() => overlappingMaxPool(tf.ones([1, 2, 9, 1])))).toThrow('got 3 for 2 x 9.');
  const layer = new OverlappingMaxPooling2D();
  expect(() => layer.computeOutputShape([null, 2, 2, 4])).toThrow('got 3 for 2 x 2.');
  expect(layer.computeOutputShape([null, null, 5, 4])).toEqual([null, null, 2, 4]);
});
