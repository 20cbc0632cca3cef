import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { expectExactlyAsCpu, expectSameAsCpu, noisy, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

describeOneDnn('tile on onednn', () => {
  test('repeats along any axes', () => {
    const axis = fc.record({ size: fc.integer({ min: 1, max: 7 }), times: fc.constantFrom(1, 2, 3, 16, 17) });
    fc.assert(
      fc.property(fc.array(axis, { minLength: 1, maxLength: 4 }), (axes) => {
        const shape = axes.map(({ size }) => size);
        const reps = axes.map(({ times }) => times);
        if (tf.util.sizeFromShape(shape) * tf.util.sizeFromShape(reps) > 300_000) return;
        expectExactlyAsCpu(() => [tf.tile(noisy(shape), reps)]);
      }),
      {
        numRuns: 60,
        seed: 8,
        examples: [
          [
            [
              { size: 1, times: 17 },
              { size: 20, times: 16 },
            ],
          ],
        ],
      },
    );
  });

  test('repeats empty tensors, zero times, and other types', () => {
    expectExactlyAsCpu(() => [
      tf.tile(tf.zeros([0, 3]), [5000, 2]),
      tf.tile(noisy([3, 4]), [0, 2]),
      tf.tile(tf.range(0, 50, 1, 'int32'), [100]),
    ]);
  });

  test('is the kernel of broadcastTo, with its gradient', () => {
    expectSameAsCpu(() => withGradients((x) => tf.broadcastTo(x, [40, 6, 50]), [noisy([6, 1])]));
    expectSameAsCpu(() => withGradients((x) => tf.tile(x as tf.Tensor2D, [3, 4]), [noisy([20, 30])]));
  });
});
