import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSameAsCpu, noise, noisy, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

const special = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1e-30,
  3e38,
  -3e38,
  0.5,
  -1,
  2,
  5,
];

describeOneDnn('element-wise kernels on oneDNN', () => {
  const unary = { relu: tf.relu, square: tf.square, sqrt: tf.sqrt, neg: tf.neg, exp: tf.exp, log: tf.log };
  test.each(Object.entries(unary))(
    '%s agrees with cpu on NaN, infinities and zeros, for few and many values',
    (_, f) => {
      for (const length of [12, 8192]) {
        const values = Float32Array.from({ length }, (__, i) => special[i % special.length] as number);
        expectSameAsCpu(() => [f(tf.tensor(values))], 1e-6);
      }
    },
  );

  test.each(Object.entries(unary))('%s has the gradient of cpu', (_, f) => {
    const positive = Float32Array.from(noise([5000]), (value) => value + 1.5);
    expectSameAsCpu(() => withGradients(f, [tf.tensor(positive)]));
  });

  test('relu passes no gradient at or below 0', () => {
    expectSameAsCpu(() => withGradients(tf.relu, [tf.mul(tf.round(tf.mul(noisy([70, 70]), 4)), 0.5)]));
  });

  test('relu has a gradient on backends without the kernel of this package', () => {
    tf.setBackend('cpu');
    const kernel = tf.getKernel('ReluGrad', 'cpu');
    tf.unregisterKernel('ReluGrad', 'cpu');
    const gradient = tf
      .grad(tf.relu)(tf.tensor1d([-1, 0, 2]))
      .dataSync();
    tf.registerKernel(kernel);
    expect(gradient).toEqual(Float32Array.from([0, 0, 1]));
  });

  const binary = { add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, maximum: tf.maximum };
  const shapes: [number[], number[]][] = [
    [
      [9, 9, 64],
      [9, 9, 64],
    ],
    [[9, 9, 64], [64]],
    [[9, 9, 64], []],
    [[], [9, 9, 64]],
    [[64], [9, 9, 64]],
    [
      [9, 9, 64],
      [9, 1, 64],
    ],
    [
      [9, 9, 64],
      [9, 9, 1],
    ],
    [
      [9, 1, 64],
      [1, 9, 64],
    ],
    [
      [9, 9, 64],
      [1, 9, 1],
    ],
    [
      [0, 9],
      [1, 9],
    ],
    [[3], [3]],
  ];
  test.each(Object.entries(binary))('%s broadcasts as on cpu, gradients too', (_, f) => {
    for (const [a, b] of shapes) {
      const away = (shape: number[], seed: number) => tf.add(noisy(shape, seed), 1);
      expectSameAsCpu(() => [f(away(a, 1), away(b, 2))]);
      const differentiable = f !== tf.maximum && !a.includes(0); // the others have no such gradient on tfjs's own backends either
      if (differentiable) expectSameAsCpu(() => withGradients((x, y) => f(x, y), [away(a, 1), away(b, 2)]));
    }
  });

  test('binary kernels broadcast any shape that fits', () => {
    const dim = fc.constantFrom(1, 3, 8, 20);
    const cases = fc.record({
      shape: fc.array(dim, { minLength: 1, maxLength: 5 }),
      ones: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      drop: fc.integer({ min: 0, max: 3 }),
      f: fc.constantFrom(tf.add, tf.sub, tf.mul),
      swap: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ shape, ones, drop, f, swap }) => {
        const other = shape.map((size, i) => (ones[i] ? 1 : size)).slice(Math.min(drop, shape.length));
        const [a, b] = swap ? [other, shape] : [shape, other];
        expectSameAsCpu(() => [f(noisy(a), noisy(b, 2))]);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test('int32 stays int32', () => {
    expectSameAsCpu(() => {
      const x = tf.range(0, 5000, 1, 'int32');
      return [
        tf.add(x, x),
        tf.mul(x, tf.scalar(3, 'int32')),
        tf.relu(x),
        tf.square(x),
        tf.add(x, tf.scalar(0.5)),
      ];
    });
  });

  test('addN adds many tensors', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => noisy([70, 70], i + 1));
    expectSameAsCpu(() => [tf.addN(many(2)), tf.addN(many(5)), tf.addN(many(20))]);
  });

  test.each([2, 0.5, -0.75, 0.75, 3, 1, 0, -1, -2])('pow accepts the exponent %d', (exponent) => {
    const positive = Float32Array.from(noise([5000]), (value) => value + 0.51);
    expectSameAsCpu(() => [
      tf.pow(tf.tensor(positive), exponent),
      tf.pow(noisy([70, 70]), tf.scalar(2, 'int32')),
    ]);
  });

  test('softmax and logSoftmax agree with cpu, also for large and infinite logits', () => {
    const logits = Float32Array.from(noise([64, 100]), (value) => value * 200);
    logits[5] = Number.NEGATIVE_INFINITY;
    const rows = () => tf.tensor2d(logits, [64, 100]);
    expectSameAsCpu(() => [tf.softmax(rows()), tf.softmax(noisy([4, 8, 200]))]);
    expectSameAsCpu(() => withGradients((x) => tf.softmax(x as tf.Tensor2D), [noisy([64, 100])]));
    expectSameAsCpu(() => withGradients((x) => tf.logSoftmax(x as tf.Tensor2D), [noisy([64, 100])]));
  });

  test('a row with NaN has a softmax of NaN', () => {
    const logits = noise([64, 100]);
    logits[205] = Number.NaN;
    expectSameAsCpu(() => [tf.softmax(tf.tensor2d(logits, [64, 100]))]);
  });
});
