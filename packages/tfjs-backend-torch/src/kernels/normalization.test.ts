import { expectAllClose, image4D } from '@alexnet/testing';
import { noise } from '@alexnet/testing/noise';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectAsCpu, noisy, runKernel, withGradients } from '../testing/as-cpu.js';
import { describeTorch } from '../testing/describe-torch.js';

type Shape = [number, number, number, number];

/** The equations of SameMapNorm and its gradient, pixel by pixel in float64. */
function oracle(x: Float32Array, dy: Float32Array, shape: Shape, size: number) {
  const [images, sums] = [image4D(shape, x), image4D(shape)];
  const [y, dx] = [image4D(shape), image4D(shape)];
  const before = Math.floor(size / 2);
  const each = (visit: (n: number, h: number, w: number, c: number) => void): void => {
    for (let i = 0; i < x.length; i++) {
      const pixel = Math.floor(i / shape[3]);
      const row = Math.floor(pixel / shape[2]);
      visit(Math.floor(row / shape[1]), row % shape[1], pixel % shape[2], i % shape[3]);
    }
  };
  const around = (h: number, w: number, visit: (i: number, j: number) => void): void => {
    for (let i = h - before; i < h - before + size; i++)
      for (let j = w - before; j < w - before + size; j++) {
        if (i >= 0 && j >= 0 && i < shape[1] && j < shape[2]) visit(i, j);
      }
  };
  const back = image4D(shape, dy);
  each((n, h, w, c) => {
    let sum = 0;
    around(h, w, (i, j) => {
      sum += images.at(n, i, j, c) ** 2;
    });
    const scale = constants.bias + constants.alpha * sum;
    sums.set(n, h, w, c, scale);
    y.set(n, h, w, c, images.at(n, h, w, c) * scale ** -constants.beta);
    dx.set(n, h, w, c, back.at(n, h, w, c) * scale ** -constants.beta);
  });
  each((n, h, w, c) => {
    const { alpha, beta } = constants;
    const outer = back.at(n, h, w, c) * images.at(n, h, w, c) * sums.at(n, h, w, c) ** (-beta - 1);
    around(h, w, (i, j) => {
      dx.set(n, i, j, c, dx.at(n, i, j, c) - 2 * alpha * beta * images.at(n, i, j, c) * outer);
    });
  });
  return { y: y.data, dx: dx.data };
}

const constants = { bias: 1.3, alpha: 0.7, beta: 0.75 };

describeTorch('normalization', () => {
  test('over channels agrees with cpu for any shape and constants, gradients too', () => {
    const any = fc.record({
      channels: fc.constantFrom(1, 3, 6, 16),
      radius: fc.integer({ min: 0, max: 5 }),
      bias: fc.constantFrom(1, 2),
      alpha: fc.constantFrom(1e-4, 0.01, 0.5),
      beta: fc.constantFrom(0.5, 0.75, 1),
    });
    fc.assert(
      fc.property(any, ({ channels, radius, bias, alpha, beta }) => {
        const x = () => tf.mul(noisy([2, 4, 5, channels]), 20);
        const lrn = (t: tf.Tensor) =>
          tf.localResponseNormalization(t as tf.Tensor4D, radius, bias, alpha, beta);
        expectAsCpu(() => withGradients(lrn, [x()]));
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  test('over many channels agrees with cpu, gradients too', () => {
    const lrn = (t: tf.Tensor) => tf.localResponseNormalization(t as tf.Tensor4D, 2, 1, 0.5, 0.75);
    expectAsCpu(() => withGradients(lrn, [tf.mul(noisy([1, 2, 2, 600]), 20)]));
  });

  test('pixels of equal values stay equal to the bit, so that max pooling chooses the first', () => {
    const pixel = noise([48], 1);
    const equal = Float32Array.from({ length: 37 * 48 }, (_, i) => 300 * (pixel[i % 48] as number));
    const lrn = (t: tf.Tensor) => tf.localResponseNormalization(t as tf.Tensor4D, 2, 2, 1e-4, 0.75);
    const [y, dx] = tf.tidy(() => {
      const x = tf.tensor4d(equal, [1, 1, 37, 48]);
      return [lrn(x).dataSync(), tf.grad(lrn)(x, x).dataSync()];
    });
    for (const values of [y, dx]) {
      expect(Array.from(values)).toEqual(Array.from(values, (_, i) => values[i % 48]));
    }
  });

  test.each([8, 600])('NaN in one of %i channels stays, and other pixels are as without it', (channels) => {
    const clean = noise([2, channels], 1);
    const broken = Float32Array.from(clean, (value, i) => (i === 3 ? Number.NaN : value));
    const [is, should] = [broken, clean].map((values) =>
      tf.tidy(() => tf.localResponseNormalization(tf.tensor4d(values, [1, 1, 2, channels]), 2).dataSync()),
    );
    expect(is?.[3]).toBeNaN();
    expect(is?.slice(channels)).toEqual(should?.slice(channels));
  });

  test.each([
    { shape: [3, 7, 9, 5] as Shape, size: 5 },
    { shape: [1, 6, 5, 8] as Shape, size: 4 },
    { shape: [2, 5, 5, 3] as Shape, size: 1 },
    { shape: [1, 2, 3, 2] as Shape, size: 7 },
  ])(
    'within a map follows its equation, and so does its gradient: $shape, window $size',
    ({ shape, size }) => {
      const attributes = { size, ...constants };
      const [x, dy] = [noise(shape, 1), noise(shape, 2)];
      const expected = oracle(x, dy, shape, size);
      tf.tidy(() => {
        const inputs = { x: tf.tensor(x, shape), dy: tf.tensor(dy, shape) };
        expectAllClose(runKernel('SameMapNorm', { x: inputs.x }, attributes).dataSync(), expected.y);
        expectAllClose(runKernel('SameMapNormGrad', inputs, attributes).dataSync(), expected.dx);
      });
    },
  );

  test('names the invalid argument', () => {
    const x = tf.ones([1, 4, 4, 2]);
    const run = (changes: object) => () =>
      runKernel('SameMapNorm', { x }, { size: 5, ...constants, ...changes });
    expect(run({ size: 2.5 })).toThrow('size must be a whole number >= 1 (SameMapNorm), got 2.5.');
    expect(run({ bias: 0 })).toThrow('bias must be a number > 0 (SameMapNorm), got 0.');
    x.dispose();
  });
});
