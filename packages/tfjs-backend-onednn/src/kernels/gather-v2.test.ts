import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { expectExactlyAsCpu, expectSameAsCpu, noisy, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

describeOneDnn('gather on onednn', () => {
  const indices = [4, 0, 3, 3, 1];

  test.each([0, 1, 2, 3, -1, -3])('takes slices along axis %i', (axis) => {
    expectExactlyAsCpu(() => {
      const x = noisy([5, 6, 7, 40]);
      return [
        tf.gather(x, tf.tensor1d(indices, 'int32'), axis),
        tf.gather(x, tf.tensor2d([indices], [1, 5], 'int32'), axis),
      ];
    });
  });

  test('takes slices of each batch', () => {
    expectExactlyAsCpu(() => {
      const each = tf.tensor2d([[1, 0, 2], [5, 5, 3]], [2, 3], 'int32'); // biome-ignore format: a table
      return [tf.gather(noisy([2, 6, 30, 40]), each, 1, 1), tf.gather(noisy([2, 6, 30, 40]), each, 2, 1)];
    });
  });

  test('gathers nothing, from few values, and from other types', () => {
    expectExactlyAsCpu(() => [
      tf.gather(noisy([50, 100]), tf.tensor1d([], 'int32')),
      tf.gather(noisy([50, 10]), tf.tensor1d(indices, 'int32')),
      tf.gather(tf.cast(tf.mul(noisy([50, 100]), 100), 'int32'), tf.tensor1d(indices, 'int32')),
    ]);
  });

  test('has the gradient of cpu', () => {
    expectSameAsCpu(() =>
      withGradients((x) => tf.gather(x, tf.tensor1d(indices, 'int32')), [noisy([5, 50, 40])]),
    );
  });

  test.each([-1, 5])('refuses index %i along an axis of five', (index) => {
    for (const backend of ['cpu', 'onednn']) {
      tf.setBackend(backend);
      expect(() => tf.gather(noisy([5, 5000]), tf.tensor1d([0, index], 'int32'))).toThrow(
        `GatherV2: the index value ${index} is not in [0, 4]`,
      );
    }
  });
});
