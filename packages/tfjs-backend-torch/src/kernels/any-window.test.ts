import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { expectAsCpu, noisy, runKernel, withGradients } from '../testing/as-cpu.js';
import { describeTorch } from '../testing/describe-torch.js';

type Pad = Parameters<typeof tf.conv2d>[3];

const small = (min: number, max: number) => fc.integer({ min, max });
const images = fc.tuple(small(1, 3), small(3, 12), small(3, 12), small(1, 6));
const pads = fc.constantFrom<Pad>('same', 'valid', 0, 1, [[0, 0], [0, 2], [1, 0], [0, 0]]); // biome-ignore format: one line
const rounding = (pad: Pad) => (typeof pad === 'string' ? undefined : 'floor');

describeTorch('windows of any size and position, values and gradients,', () => {
  test('convolve as on cpu', () => {
    const any = fc.record({
      shape: images,
      filters: small(1, 5),
      size: small(1, 3),
      strides: small(1, 3),
      pad: pads,
    });
    fc.assert(
      fc.property(any, ({ shape, filters, size, strides, pad }) => {
        const convolve = (x: tf.Tensor, w: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', 1, rounding(pad));
        expectAsCpu(() => withGradients(convolve, [noisy(shape), noisy([size, size, shape[3], filters], 2)]));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('convolve each channel as on cpu', () => {
    const any = fc.record({ shape: images, filters: small(1, 3), size: small(1, 3), pad: fc.constantFrom<'same' | 'valid'>('same', 'valid') }); // biome-ignore format: one line
    fc.assert(
      fc.property(any, ({ shape, filters, size, pad }) => {
        const convolve = (x: tf.Tensor, w: tf.Tensor) =>
          tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad);
        expectAsCpu(() => withGradients(convolve, [noisy(shape), noisy([size, size, shape[3], filters], 2)]));
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  test('pool as on cpu', () => {
    const pools = { maxPool: tf.maxPool, avgPool: tf.avgPool };
    const any = fc.record({
      kind: fc.constantFrom<keyof typeof pools>('maxPool', 'avgPool'),
      shape: images,
      size: small(1, 3),
      strides: small(1, 3),
      pad: fc.constantFrom<'same' | 'valid' | 0 | 1>('same', 'valid', 0, 1),
    });
    fc.assert(
      fc.property(any, ({ kind, shape, size, strides, pad }) => {
        fc.pre(pad !== 1 || size > 1); // cpu's maximum of a window outside the image is -Infinity
        const pool = (x: tf.Tensor) => pools[kind](x as tf.Tensor4D, size, strides, pad, rounding(pad));
        expectAsCpu(() => withGradients(pool, [noisy(shape)]));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test('pass the gradient of ties to the first maximum, as cpu does', () => {
    const few = (): tf.Tensor => tf.round(tf.mul(noisy([2, 13, 13, 20]), 2)); // -1, 0, 1: ties everywhere
    const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same');
    expectAsCpu(() => withGradients(pool, [few()]));
  });

  test('find the maxima again if the forward pass kept none', () => {
    expectAsCpu(() => {
      const input = noisy([2, 7, 7, 3]) as tf.Tensor4D;
      const output = tf.maxPool(input, 3, 2, 'valid');
      const attributes = { filterSize: 3, strides: 2, pad: 'valid' };
      return [runKernel('MaxPoolGrad', { dy: noisy(output.shape, 2), input, output }, attributes)];
    });
  });

  test('leave int32, channels first and empty tensors to tfjs', () => {
    const integers = () => tf.cast(tf.mul(noisy([1, 6, 6, 2]), 100), 'int32') as tf.Tensor4D;
    expectAsCpu(() => [
      tf.maxPool(integers(), 3, 2, 'valid'),
      tf.maxPool(tf.tensor4d([], [0, 6, 6, 2]), 3, 2, 'valid'),
    ]);
  });
});
