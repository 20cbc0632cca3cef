import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import {
  expectExactlyAsCpu,
  expectSameAsCpu,
  noisy,
  specials,
  withGradients,
} from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

describeOneDnn('max and min on onednn', () => {
  const shape = [6, 1, 9, 5, 40];

  test.each([0, 1, 2, 3, 4, -1, [0, 2], [2, 3], [0, 3], [1, 4], [0, 3, 4], [0, 1, 2, 3, 4], []])(
    'equal cpu over %j',
    (axis) => {
      for (const keepDims of [false, true]) {
        expectExactlyAsCpu(() => [
          tf.max(noisy(shape), axis, keepDims),
          tf.min(noisy(shape), axis, keepDims),
          tf.max(tf.cast(tf.mul(noisy(shape), 100), 'int32'), axis, keepDims),
        ]);
      }
    },
  );

  test.each([0, 1, 2])('keep NaN and infinities, over axis %i', (axis) => {
    expectExactlyAsCpu(() => {
      const x = tf.reshape(tf.concat([specials(4000), noisy([4000])]), [20, 20, 20]);
      return [tf.max(x, axis), tf.min(x, axis)];
    });
  });

  test.each([0, 1, [1, 2]])('have the gradient of cpu over %j', (axis) => {
    const coarse = tf.round(tf.mul(noisy([6, 30, 40]), 30));
    expectSameAsCpu(() => withGradients((x) => tf.max(x, axis), [coarse]));
    expectSameAsCpu(() => withGradients((x) => tf.min(x, axis), [coarse]));
  });
});
