import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
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

  test('recomputes its workspace if the forward pass kept none', () => {
    const attributes = { depthRadius: 2, bias: 2, alpha: 0.1, beta: 0.75 };
    expectSameAsCpu(() => {
      const x = noisy([2, 5, 5, 16]);
      const y = normalize(2, 2, 0.1, 0.75)(x);
      return [runKernel('LRNGrad', { x, y, dy: noisy(x.shape, 2) }, attributes)];
    });
  });
});
