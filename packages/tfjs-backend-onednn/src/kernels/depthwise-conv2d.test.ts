import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSameAsCpu, noisy, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

type Pad = Parameters<typeof tf.depthwiseConv2d>[3];

describeOneDnn('depthwise convolution on oneDNN', () => {
  const convolve =
    (strides: number, pad: Pad, dilations = 1) =>
    (x: tf.Tensor, w: tf.Tensor) => {
      const rounding = typeof pad === 'string' ? undefined : 'floor';
      return tf.depthwiseConv2d(
        x as tf.Tensor4D,
        w as tf.Tensor4D,
        strides,
        pad,
        'NHWC',
        dilations,
        rounding,
      );
    };

  test('agrees with cpu for any shape, stride, padding and number of filters, gradients too', () => {
    const small = fc.integer({ min: 1, max: 4 });
    const geometry = fc.record({
      x: fc.tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 5, max: 12 }),
        fc.integer({ min: 5, max: 12 }),
        fc.constantFrom(1, 2, 3, 8, 16, 17, 32),
      ),
      kernel: fc.tuple(small, small),
      filters: fc.constantFrom(1, 1, 2, 3),
      strides: fc.integer({ min: 1, max: 3 }),
      pad: fc.constantFrom<Pad>('same', 'valid', 0, 1),
    });
    fc.assert(
      fc.property(geometry, ({ x, kernel, filters, strides, pad }) => {
        const filter = [...kernel, x[3], filters];
        expectSameAsCpu(() => withGradients(convolve(strides, pad), [noisy(x), noisy(filter, 2)]));
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  test.each([2, 3])('dilates by %i', (dilations) => {
    expectSameAsCpu(() => [convolve(1, 'same', dilations)(noisy([2, 11, 9, 16]), noisy([3, 3, 16, 2], 2))]);
  });

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'fuses bias and %s',
    (activation) => {
      expectSameAsCpu(() => [
        tf.fused.depthwiseConv2d({
          x: noisy([2, 9, 9, 6]) as tf.Tensor4D,
          filter: tf.mul(noisy([3, 3, 6, 2], 2), 8) as tf.Tensor4D,
          strides: 2,
          pad: 'same',
          bias: noisy([12], 3),
          activation,
          leakyreluAlpha: 0.2,
          ...(activation === 'prelu' ? { preluActivationWeights: noisy([12], 4) } : {}),
        }),
      ]);
    },
  );

  test('separable convolution and its gradients agree with cpu', () => {
    expectSameAsCpu(() =>
      withGradients(
        (x, depthwise, pointwise) =>
          tf.separableConv2d(x as tf.Tensor4D, depthwise as tf.Tensor4D, pointwise as tf.Tensor4D, 1, 'same'),
        [noisy([2, 9, 9, 8]), noisy([3, 3, 8, 2], 2), noisy([1, 1, 16, 12], 3)],
      ),
    );
  });

  test('leaves empty tensors to tfjs', () => {
    const empty = tf.tensor4d([], [0, 8, 8, 3]);
    expect(convolve(1, 'same')(empty, noisy([3, 3, 3, 2])).shape).toEqual([0, 8, 8, 6]);
  });
});
