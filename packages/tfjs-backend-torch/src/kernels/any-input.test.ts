import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { expectAsCpu, noisy, withGradients } from '../testing/as-cpu.js';
import { describeTorch } from '../testing/describe-torch.js';

const side = fc.integer({ min: 1, max: 9 });

describeTorch('inputs of any shape', () => {
  test('are multiplied as on cpu, transposed or not, gradients too', () => {
    const any = fc.record({ m: side, k: side, n: side, transposeA: fc.boolean(), transposeB: fc.boolean() });
    fc.assert(
      fc.property(any, ({ m, k, n, transposeA, transposeB }) => {
        const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB);
        const [a, b] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
        expectAsCpu(() => withGradients(product, [noisy(a), noisy(b, 2)]));
      }),
      { numRuns: 30, seed: 5 },
    );
  });

  test('are multiplied with a bias and an activation as on cpu', () => {
    expectAsCpu(() =>
      (['linear', 'relu', 'relu6', 'sigmoid', 'elu'] as const).flatMap((activation) => [
        tf.fused.matMul({ a: noisy([5, 4]), b: noisy([4, 3], 2), bias: noisy([3], 3), activation }),
        tf.fused.conv2d({
          x: noisy([1, 6, 6, 2]) as tf.Tensor4D,
          filter: noisy([3, 3, 2, 3], 2) as tf.Tensor4D,
          strides: 2,
          pad: [[0, 0], [0, 1], [0, 1], [0, 0]], // biome-ignore format: one line
          dimRoundingMode: 'floor',
          bias: noisy([3], 3),
          activation,
        }),
      ]),
    );
  });

  test('have the loss of a classifier as on cpu, gradients too', () => {
    const labels = tf.tensor1d([0, 2, 1, 2], 'int32');
    const loss = (x: tf.Tensor) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 3), x) as tf.Tensor;
    const logLoss = (x: tf.Tensor) =>
      tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(labels, 3), tf.logSoftmax(x)), 1)));
    expectAsCpu(() => [loss, logLoss].flatMap((f) => withGradients(f, [noisy([4, 3])])));
    labels.dispose();
  });
});
