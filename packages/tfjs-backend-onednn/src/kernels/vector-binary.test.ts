import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  expectExactlyAsCpu,
  expectSameAsCpu,
  noisy,
  runKernel,
  specialPairs,
  specials,
  withGradients,
} from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const functions: Record<string, Binary> = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  prelu: (a, b) => tf.prelu(a, b),
};

/** Values from a small set, so that many are equal. */
function coarse(shape: number[], seed: number): tf.Tensor {
  return tf.div(tf.round(tf.mul(noisy(shape, seed), 8)), 4);
}

describeOneDnn('functions of two values on onednn', () => {
  test.each(Object.entries(functions))('%s equals cpu for every pair of special values', (_, f) => {
    expectExactlyAsCpu(() => {
      const [a, b] = specialPairs();
      return [f(a, b), f(specials(5000), tf.scalar(0)), f(specials(5000), tf.scalar(Number.NaN))];
    });
  });

  test.each(Object.entries(functions))('%s broadcasts any shapes that fit', (name, f) => {
    const dim = fc.constantFrom(1, 3, 8, 20);
    const cases = fc.record({
      shape: fc.array(dim, { minLength: 1, maxLength: 5 }),
      ones: fc.array(fc.constantFrom('a', 'b', 'neither'), { minLength: 5, maxLength: 5 }),
      drop: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ shape, ones, drop }) => {
        const a = shape.map((size, i) => (ones[i] === 'a' && name !== 'prelu' ? 1 : size));
        const b = shape.map((size, i) => (ones[i] === 'b' ? 1 : size)).slice(Math.min(drop, shape.length));
        expectExactlyAsCpu(() => [f(coarse(a, 1), coarse(b, 2))]);
      }),
      { numRuns: 12, seed: 5, examples: [[{ shape: [20, 20, 20, 3], ones: [], drop: 3 }]] },
    );
  });

  test.each(Object.entries(functions))(
    '%s of int32, of empty tensors and of few values equals cpu',
    (_, f) => {
      expectExactlyAsCpu(() => [
        f(tf.cast(coarse([70, 70], 1), 'int32'), tf.cast(coarse([70, 70], 2), 'int32')),
        f(tf.zeros([0, 70]), tf.zeros([1, 70])),
        f(coarse([3, 4], 1), coarse([4], 2)),
      ]);
    },
  );

  test.each(['maximum', 'minimum', 'prelu'])('%s has the gradients of cpu', (name) => {
    const f = functions[name] as Binary;
    const other = name === 'prelu' ? [30, 30] : [6, 30, 30]; // tfjs's gradients of the other two do not support broadcasting
    expectSameAsCpu(() => withGradients((x, y) => f(x, y), [noisy([6, 30, 30]), noisy(other, 2)]));
  });

  test('where chooses between special values, by a condition of the same shape or of rows', () => {
    expectExactlyAsCpu(() => {
      const [a, b] = specialPairs();
      const rows = tf.greater(noisy([70]), 0);
      return [
        tf.where(tf.greater(noisy(a.shape, 3), 0), a, b),
        runKernel('Select', { condition: rows, t: noisy([70, 80]), e: noisy([70, 80], 2) }, {}),
        tf.where(tf.cast(tf.ones([5000]), 'bool'), tf.ones([5000], 'int32'), tf.zeros([5000])),
        tf.where(tf.greater(noisy([30, 200]), 0), tf.scalar(1), noisy([30, 200])),
      ];
    });
    expectSameAsCpu(() => {
      const condition = tf.greater(noisy([70, 80], 3), 0);
      return withGradients((x, y) => tf.where(condition, x, y), [noisy([70, 80]), noisy([70, 80], 2)]);
    });
  });

  test('and, or and not equal cpu, also with broadcasting and bytes over 1', () => {
    expectExactlyAsCpu(() => {
      const a = tf.greater(noisy([70, 80]), 0);
      const b = tf.greater(noisy([70, 80], 2), 0);
      const bytes = tf.tensor(
        Uint8Array.from({ length: 5600 }, (_, i) => i % 4),
        [70, 80],
        'bool',
      );
      const row = tf.slice(b, [0, 0], [1, 80]);
      const pairs = [[a, b], [a, row], [a, bytes], [bytes, a]] as const; // biome-ignore format: a table
      return [
        ...pairs.flatMap(([p, q]) => [tf.logicalAnd(p, q), tf.logicalOr(p, q), tf.logicalXor(p, q)]),
        tf.logicalNot(a),
        tf.logicalNot(bytes),
      ];
    });
  });

  test('refuses shapes that cannot be broadcast', () => {
    tf.setBackend('onednn');
    expect(() => tf.maximum(noisy([70, 80]), noisy([70, 70]))).toThrow(/shape/);
  });
});
