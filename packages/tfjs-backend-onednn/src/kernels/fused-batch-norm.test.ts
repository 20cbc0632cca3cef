import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  expectClose,
  expectExactlyAsCpu,
  expectSameAsCpu,
  noisy,
  withGradients,
} from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

/** x, mean, variance, offset, scale. */
function inputs(shape: number[], parameters: number[]): tf.Tensor[] {
  return [
    tf.add(tf.mul(noisy(shape), 3), 1),
    noisy(parameters, 2),
    tf.add(noisy(parameters, 3), 0.6),
    noisy(parameters, 4),
    tf.mul(noisy(parameters, 5), 4),
  ];
}

const normalize = (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, offset?: tf.Tensor, scale?: tf.Tensor) =>
  tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 1e-3); // biome-ignore format: one call

/** Batch normalization composed of operations that broadcast. */
function composed(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor) {
  const deviation = tf.sqrt(tf.add(variance, 1e-3));
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), deviation), scale), offset);
}

describeOneDnn('batch normalization on oneDNN', () => {
  const shapes = [
    [2, 3],
    [7, 16],
    [3, 5, 20],
    [2, 9, 7, 1],
    [2, 9, 7, 5],
    [4, 6, 6, 32],
    [1, 1, 1, 4],
    [300, 33],
  ];

  test.each(shapes)(
    'agrees with cpu on [%i, %i, ...], with and without the optional parameters',
    (...shape) => {
      const channels = [shape.at(-1) as number];
      expectSameAsCpu(() => {
        const [x, mean, variance, offset, scale] = inputs(shape, channels) as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        return [
          normalize(x, mean, variance, offset, scale),
          normalize(x, mean, variance, offset),
          normalize(x, mean, variance, undefined, scale),
          normalize(x, mean, variance),
        ];
      });
    },
  );

  test.each(shapes.filter(({ length }) => length === 4))(
    'has the gradients of cpu, %i %i %i %i',
    (...shape) => {
      const channels = [shape.at(-1) as number];
      expectSameAsCpu(() => withGradients(normalize, inputs(shape, channels)), 2e-5);
    },
  );

  test.each(shapes.filter(({ length }) => length !== 4))(
    'has the gradients of its formula, %i %i ...',
    (...shape) => {
      const channels = [shape.at(-1) as number];
      tf.setBackend('cpu');
      const expected = withGradients(composed as never, inputs(shape, channels)).map((t) => t.dataSync());
      tf.setBackend('onednn');
      withGradients(normalize, inputs(shape, channels)).forEach((actual, i) => {
        expectClose(actual.dataSync(), expected[i] ?? [], 2e-5);
      });
    },
  );

  test('normalizes over the channels of NCHW if the parameters have that shape', () => {
    const values = () => inputs([3, 4, 6, 5], [1, 4, 1, 1]);
    tf.setBackend('cpu');
    const expected = withGradients(composed as never, values()).map((t) => t.dataSync());
    tf.setBackend('onednn');
    const actual = withGradients(normalize, values());
    expect(actual.map(({ shape }) => shape.length)).toEqual([4, 4, 4, 4, 4, 4]);
    actual.forEach((tensor, i) => {
      expectClose(tensor.dataSync(), expected[i] ?? [], 2e-5);
    });
  });

  test('agrees with cpu if parameters are as large as x, and on an empty tensor', () => {
    expectSameAsCpu(() => [
      normalize(...(inputs([2, 5, 6, 3], [2, 5, 6, 3]) as [tf.Tensor, tf.Tensor, tf.Tensor])),
      normalize(tf.zeros([0, 5, 6, 3]), noisy([3]), tf.ones([3])),
    ]);
  });

  test('keeps the NaN and infinities of cpu', () => {
    expectExactlyAsCpu(() => {
      const x = tf.concat([tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, 1, 2]), noisy([3996])]);
      const [rows, mean] = [tf.reshape(x, [10, 5, 5, 16]), noisy([16], 2)];
      const y = normalize(rows, mean, tf.add(mean, 1));
      const negative = normalize(rows, mean, tf.sub(mean, 1));
      return [tf.isNaN(y), tf.isInf(y), tf.isNaN(negative)];
    });
  });

  test('can be differentiated twice', () => {
    expectSameAsCpu(() => {
      const [x, mean, variance, offset, scale] = inputs([2, 5, 5, 8], [8]) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const slope = tf.grad((s: tf.Tensor) => tf.square(normalize(x, mean, variance, offset, s)));
      return [tf.grad((s: tf.Tensor) => tf.sum(tf.square(slope(s))))(scale)];
    }, 1e-4);
  });
});
