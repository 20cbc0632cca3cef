import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { expectSameAsCpu, noise, noisy, runKernel, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

type Pad = Parameters<typeof tf.maxPool>[3];

describeOneDnn('pooling on oneDNN', () => {
  const pools = { maxPool: tf.maxPool, avgPool: tf.avgPool };
  const geometry = fc.record({
    kind: fc.constantFrom<keyof typeof pools>('maxPool', 'avgPool'),
    shape: fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 3, max: 14 }),
      fc.integer({ min: 3, max: 14 }),
      fc.integer({ min: 1, max: 20 }),
    ),
    filterSize: fc.integer({ min: 1, max: 3 }),
    strides: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom<Pad>('same', 'valid', 0, 1),
  });

  test('agrees with cpu for any shape, gradients too', () => {
    fc.assert(
      fc.property(geometry, ({ kind, shape, filterSize, strides, pad }) => {
        const rounding = typeof pad === 'string' ? undefined : 'floor';
        const pool = (x: tf.Tensor) => pools[kind](x as tf.Tensor4D, filterSize, strides, pad, rounding);
        expectSameAsCpu(() => withGradients(pool, [noisy(shape)]));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test.each(['valid', 'same'] as const)(
    'passes the gradient of ties to the first maximum, as cpu does (%s)',
    (pad) => {
      const shape = [2, 13, 13, 20];
      const few = Float32Array.from(noise(shape), (value) => Math.round(value * 2)); // -1, 0, 1: ties everywhere
      const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 3, 2, pad);
      expectSameAsCpu(() => withGradients(pool, [tf.tensor(few, shape)]));
      expectSameAsCpu(() => withGradients(pool, [tf.ones(shape)]));
    },
  );

  test('recomputes the positions of the maxima if the forward pass kept none', () => {
    expectSameAsCpu(() => {
      const input = noisy([2, 13, 13, 6]) as tf.Tensor4D;
      const output = tf.maxPool(input, 3, 2, 'valid');
      const dy = noisy(output.shape, 2);
      return [runKernel('MaxPoolGrad', { dy, input, output }, { filterSize: 3, strides: 2, pad: 'valid' })];
    });
  });

  test('leaves int32 and empty tensors to tfjs', () => {
    expectSameAsCpu(() => [
      tf.maxPool(tf.cast(tf.mul(noisy([1, 6, 6, 2]), 100), 'int32') as tf.Tensor4D, 3, 2, 'valid'),
      tf.maxPool(tf.tensor4d([], [0, 6, 6, 2]), 3, 2, 'valid'),
    ]);
  });
});
