import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { expectSameAsCpu, noisy, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

describeOneDnn('reductions and copies on oneDNN', () => {
  const shape = [6, 9, 5, 40];

  test.each([0, 3, [0, 1], [0, 1, 2], [2, 3], [1], [1, 3], [0, 1, 2, 3], -1])(
    'sum and mean over %j',
    (axis) => {
      for (const keepDims of [false, true]) {
        const f = (reduce: typeof tf.sum) => (x: tf.Tensor) => reduce(x, axis, keepDims);
        expectSameAsCpu(() => withGradients(f(tf.sum), [noisy(shape)]));
        expectSameAsCpu(() => withGradients(f(tf.mean), [noisy(shape)]));
      }
    },
  );

  test.each([0, 1, 2, 3])('concat, split and slice along axis %i', (axis) => {
    expectSameAsCpu(() =>
      withGradients((x, y) => tf.concat([x, y, x], axis), [noisy(shape), noisy(shape, 2)]),
    );
    const half = (size: number) => [Math.floor(size / 2), size - Math.floor(size / 2)];
    expectSameAsCpu(() => tf.split(noisy(shape), half(shape[axis] as number), axis));
    const begin = shape.map((_, i) => (i === axis ? 1 : 0));
    const size = shape.map((n, i) => (i === axis ? n - 2 : n));
    expectSameAsCpu(() => withGradients((x) => tf.slice(x, begin, size), [noisy(shape)]));
  });

  test('concat skips empty tensors and keeps int32', () => {
    expectSameAsCpu(() => [
      tf.concat([noisy([0, 80]), noisy([70, 80])], 0),
      tf.concat([tf.ones([70, 40], 'int32'), tf.ones([70, 40], 'int32')], 1),
    ]);
  });

  test('slice and pad support any box', () => {
    const side = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(fc.array(side, { minLength: 4, maxLength: 4 }), (margins) => {
        const begin = margins.map(([before]) => before);
        const size = shape.map(
          (n, i) => n - (margins[i] as [number, number])[0] - (margins[i] as [number, number])[1],
        );
        expectSameAsCpu(() => [tf.slice(noisy(shape), begin, size), tf.pad(noisy(shape), margins, 0.25)]);
      }),
      { numRuns: 30, seed: 6 },
    );
  });

  test('transpose supports any order of axes', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(order, (perm) => {
        expectSameAsCpu(() => withGradients((x) => tf.transpose(x, perm), [noisy(shape)]));
      }),
      { numRuns: 24, seed: 7 },
    );
  });

  test('a slice outlives the tensor it was cut from', () => {
    expectSameAsCpu(() => {
      const x = tf.relu(noisy(shape));
      const few = tf.slice(x, [1, 0, 0, 0], [1, 1, 1, 40]); // tfjs's own kernel, whose result is a view of x
      x.dispose();
      tf.square(noisy(shape, 3)); // reuses x's memory
      return [few];
    });
  });

  test('cast, clone and reshape keep values and types', () => {
    expectSameAsCpu(() => {
      const x = tf.relu(noisy(shape));
      return [tf.cast(x, 'int32'), tf.cast(tf.cast(x, 'bool'), 'float32'), tf.clone(x), tf.reshape(x, [-1])];
    });
  });
});
