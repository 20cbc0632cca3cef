import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSameAsCpu, noisy, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

describeOneDnn('matrix products on oneDNN', () => {
  test('agree with cpu for any shape and transposition, gradients too', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), (m, k, n, transposeA, transposeB) => {
        const a = transposeA ? [k, m] : [m, k];
        const b = transposeB ? [n, k] : [k, n];
        const product = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB);
        expectSameAsCpu(() => withGradients(product, [noisy(a), noisy(b, 2)]));
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  test.each([
    [
      [3, 20, 30],
      [3, 30, 10],
    ],
    [
      [2, 3, 20, 30],
      [2, 3, 30, 10],
    ],
    [
      [1, 20, 30],
      [4, 30, 10],
    ],
    [
      [4, 20, 30],
      [30, 10],
    ],
    [
      [20, 30],
      [4, 30, 10],
    ],
    [
      [2, 1, 20, 30],
      [1, 3, 30, 10],
    ], // both are broadcast, which is left to tfjs
    [
      [0, 20, 30],
      [0, 30, 10],
    ],
  ])('multiply batches %j x %j', (a, b) => {
    expectSameAsCpu(() => [tf.matMul(noisy(a), noisy(b, 2))]);
  });

  test('accept int32 as tfjs does', () => {
    expectSameAsCpu(() => [
      tf.matMul(tf.ones([20, 30], 'int32'), tf.ones([30, 20], 'int32')),
      tf.matMul(tf.reshape(tf.cast(tf.range(0, 600, 1, 'int32'), 'float32'), [20, 30]), noisy([30, 20])),
    ]);
  });

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'fuse bias and %s',
    (activation) => {
      expectSameAsCpu(() => [
        tf.fused.matMul({
          a: tf.mul(noisy([16, 40]), 4),
          b: noisy([40, 24], 2),
          bias: noisy([24], 3),
          activation,
          leakyreluAlpha: 0.1,
          ...(activation === 'prelu' ? { preluActivationWeights: noisy([1, 24], 4) } : {}),
        }),
      ]);
    },
  );

  test('an integer tensor that was cast keeps its own values', () => {
    const integers = tf.range(0, 600, 1, 'int32');
    const floats = tf.reshape(tf.cast(integers, 'float32'), [20, 30]);
    tf.matMul(floats, noisy([30, 20]));
    expect(integers.dataSync()).toBeInstanceOf(Int32Array);
    expect(integers.dataSync()[599]).toBe(599);
  });
});
