import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSameAsCpu, noisy, runKernel, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

describeOneDnn('local response normalization on oneDNN', () => {
  const normalize =
    (radius: number, bias: number, alpha: number, beta: number) =>
    (x: tf.Tensor): tf.Tensor =>
      tf.localResponseNormalization(x as tf.Tensor4D, radius, bias, alpha, beta);

  test('agrees with cpu for any shape and constants, gradients too', () => {
    const constants = fc.record({
      channels: fc.constantFrom(1, 3, 6, 16, 20, 48),
      radius: fc.integer({ min: 0, max: 4 }),
      bias: fc.constantFrom(1, 2),
      alpha: fc.constantFrom(1e-4, 0.01, 0.5),
      beta: fc.constantFrom(0.5, 0.75, 1),
    });
    fc.assert(
      fc.property(constants, ({ channels, radius, bias, alpha, beta }) => {
        const x = () => tf.mul(noisy([2, 4, 5, channels]), 20);
        expectSameAsCpu(() => withGradients(normalize(radius, bias, alpha, beta), [x()]));
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  test("agrees with cpu at the paper's constants", () => {
    expectSameAsCpu(() => withGradients(normalize(2, 2, 1e-4, 0.75), [tf.mul(noisy([2, 7, 7, 48]), 100)]));
  });

  test.each([
    { shape: [3, 30, 31, 48], radius: 2, beta: 0.75 }, // more pixels than one chunk
    { shape: [5, 27, 27, 128], radius: 2, beta: 0.6 },
    { shape: [2, 20, 20, 40], radius: 7, beta: 0.75 },
    { shape: [2, 9, 9, 256], radius: 300, beta: 0.75 },
    { shape: [2, 9, 9, 64], radius: 0, beta: 0.75 },
  ])('agrees with cpu on many pixels: $shape, radius $radius, beta $beta', ({ shape, radius, beta }) => {
    expectSameAsCpu(() => withGradients(normalize(radius, 2, 1e-2, beta), [tf.mul(noisy(shape), 10)]));
  });

  test('NaN stays NaN', () => {
    const x = tf.tensor4d([1, Number.NaN, 3, 4, ...Array(12).fill(1)], [1, 2, 1, 8]);
    const y = normalize(2, 1, 0.1, 0.5)(x).dataSync();
    expect(y[1]).toBeNaN();
    expect([...y.slice(8)].every(Number.isFinite)).toBe(true);
  });

  test('recomputes its workspace if the forward pass kept none', () => {
    const attributes = { depthRadius: 2, bias: 2, alpha: 0.1, beta: 0.75 };
    expectSameAsCpu(() => {
      const x = noisy([2, 5, 5, 16]);
      const y = normalize(2, 2, 0.1, 0.75)(x);
      return [runKernel('LRNGrad', { x, y, dy: noisy(x.shape, 2) }, attributes)];
    });
  });
});
