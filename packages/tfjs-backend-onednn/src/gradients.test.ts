import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { expectSameAsCpu, noisy, withGradients } from './testing/compare-backends.js';
import { describeOneDnn } from './testing/describe-onednn.js';

const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  mean: (x) => tf.mean(x, [0, 2]),
  'mean of all': (x) => tf.mean(x),
  relu: tf.relu,
  square: tf.square,
  sum: (x) => tf.sum(x, 1),
  variance: (x) => tf.moments(x, [0, 1]).variance,
};

describeOneDnn('gradients that this package replaces', () => {
  test.each(Object.entries(functions))('%s has the gradient of cpu, for few and many values', (_, f) => {
    for (const shape of [
      [2, 3, 4],
      [20, 30, 40],
    ]) {
      // biome-ignore format: a table
      expectSameAsCpu(() => withGradients(f, [noisy(shape)]));
    }
  });

  test.each(Object.entries(functions))('%s can be differentiated twice', (_, f) => {
    expectSameAsCpu(() => {
      const slope = tf.grad((x: tf.Tensor) => tf.square(f(x)));
      return [
        tf.grad((x: tf.Tensor) => tf.sum(tf.mul(slope(x), noisy([20, 30, 40], 2))))(noisy([20, 30, 40])),
      ];
    });
  });
});
