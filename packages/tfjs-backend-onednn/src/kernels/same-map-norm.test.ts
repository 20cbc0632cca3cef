import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { expectClose, noise, runKernel } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import { SameMapNorm, type SameMapNormAttrs } from './same-map-norm.js';
import { SameMapNormGrad } from './same-map-norm-grad.js';

type Shape = [number, number, number, number];

/** The equations, pixel by pixel in double precision. */
function oracle(
  x: Float32Array,
  dy: Float32Array,
  shape: Shape,
  { size, bias, alpha, beta }: SameMapNormAttrs,
) {
  const [batch, height, width, channels] = shape;
  const before = Math.floor(size / 2);
  const windows: number[][] = [];
  const sums = new Float64Array(x.length);
  const index = (n: number, h: number, w: number, c: number) => ((n * height + h) * width + w) * channels + c;
  for (let n = 0; n < batch; n++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++)
        for (let c = 0; c < channels; c++) {
          const pixels: number[] = [];
          for (let i = h - before; i < h - before + size; i++)
            for (let j = w - before; j < w - before + size; j++)
              if (i >= 0 && j >= 0 && i < height && j < width) pixels.push(index(n, i, j, c));
          windows.push(pixels);
        }
  windows.forEach((pixels, k) => {
    sums[k] = bias + alpha * pixels.reduce((sum, p) => sum + (x[p] as number) ** 2, 0);
  });
  const y = Float64Array.from(x, (value, k) => value * (sums[k] as number) ** -beta);
  const dx = Float64Array.from(dy, (value, k) => value * (sums[k] as number) ** -beta);
  windows.forEach((pixels, k) => {
    const outer = (dy[k] as number) * (x[k] as number) * (sums[k] as number) ** (-beta - 1);
    for (const p of pixels) dx[p] = (dx[p] as number) - 2 * alpha * beta * (x[p] as number) * outer;
  });
  return { y, dx };
}

describeOneDnn('SameMapNorm', () => {
  test.each([
    { shape: [3, 7, 9, 5] as Shape, size: 5 },
    { shape: [2, 8, 8, 16] as Shape, size: 3 },
    { shape: [1, 6, 5, 48] as Shape, size: 4 },
    { shape: [2, 5, 5, 3] as Shape, size: 1 },
    { shape: [7, 56, 56, 48] as Shape, size: 5 }, // more images than one chunk
  ])('follows its equation, and so does its gradient: $shape, window $size', ({ shape, size }) => {
    const attributes = { size, bias: 1.3, alpha: 0.7, beta: 0.75 };
    const [x, dy] = [noise(shape, 1), noise(shape, 2)];
    const expected = oracle(x, dy, shape, attributes);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const inputs = { x: tf.tensor(x, shape), dy: tf.tensor(dy, shape) };
      expectClose(runKernel(SameMapNorm, { x: inputs.x }, attributes).dataSync(), expected.y);
      expectClose(runKernel(SameMapNormGrad, inputs, attributes).dataSync(), expected.dx);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('names the invalid argument', () => {
    const x = tf.ones([1, 4, 4, 2]);
    const run = (changes: object) => () =>
      runKernel(SameMapNorm, { x }, { size: 5, bias: 1, alpha: 1, beta: 0.75, ...changes });
    expect(run({ size: 2.5 })).toThrow('size must be a whole number >= 1 (SameMapNorm), got 2.5.');
    expect(run({ bias: 0 })).toThrow('bias must be a number > 0 (SameMapNorm), got 0.');
    expect(() =>
      runKernel(SameMapNorm, { x: tf.ones([4]) }, { size: 3, bias: 1, alpha: 1, beta: 1 }),
    ).toThrow('x must have rank 4 (SameMapNorm), got shape [4].');
  });
});
