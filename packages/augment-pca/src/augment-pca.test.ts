import '@tensorflow/tfjs-backend-cpu';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { augmentPca, drawColorShift, imagenetRgbPca } from './index.js';

/** The key that separates the draws of `augmentPca` from other draws. */
const COLOR = 4;

const images = (count: number): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: count * 12 }, (_, i) => (i * 37) % 256),
    [count, 2, 2, 3],
  );

test('every pixel of an image moves by the same color', () => {
  const xs = images(3);
  const noisy = augmentPca(xs, imagenetRgbPca, { scale: 'sqrt', seed: 4, epoch: 1, firstImage: 10 });
  const moved = tf.sub(noisy, xs).arraySync() as number[][][][];
  for (const [n, image] of moved.entries()) {
    const shift = drawColorShift(randomStream(4, COLOR, 1, 10 + n), imagenetRgbPca, { scale: 'sqrt' });
    for (const pixel of image.flat()) {
      for (const c of [0, 1, 2] as const) expect(pixel[c]).toBeCloseTo(shift[c], 3);
    }
  }
  expect(moved[0]).not.toEqual(moved[1]);
});

test('the shift is [p1 p2 p3] [a1 l1, a2 l2, a3 l3]^T of three normal draws', () => {
  const pca = {
    eigenvalues: [9, 4, 1],
    eigenvectors: [
      [0.6, -0.8, 0],
      [0.8, 0.6, 0],
      [0, 0, 1],
    ],
  } as const;
  const stream = randomStream(8);
  const a = [stream.normal(), stream.normal(), stream.normal()].map((z) => 0.2 * z) as [
    number,
    number,
    number,
  ];
  const byValue = drawColorShift(randomStream(8), pca, { sigma: 0.2 });
  const byRoot = drawColorShift(randomStream(8), pca, { sigma: 0.2, scale: 'sqrt' });
  const expected = (l: readonly number[]): number[] => {
    const [x, y, z] = a.map((draw, i) => draw * (l[i] as number)) as [number, number, number];
    return [0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y, z];
  };
  for (const c of [0, 1, 2] as const) {
    expect(byValue[c]).toBeCloseTo(expected([9, 4, 1])[c] as number, 12);
    expect(byRoot[c]).toBeCloseTo(expected([3, 2, 1])[c] as number, 12);
  }
});

test('with sqrt(l) as deviations, the noise has the covariance sigma^2 P diag(l) P^T', () => {
  const n = 20_000;
  const sums = new Float64Array(9);
  for (let i = 0; i < n; i++) {
    const shift = drawColorShift(randomStream(2, i), imagenetRgbPca, { scale: 'sqrt' });
    for (let r = 0; r < 3; r++)
      for (let c = 0; c < 3; c++) {
        sums[r * 3 + c] = (sums[r * 3 + c] as number) + (shift[r] as number) * (shift[c] as number);
      }
  }
  const { eigenvalues, eigenvectors } = imagenetRgbPca;
  for (const r of [0, 1, 2] as const)
    for (const c of [0, 1, 2] as const) {
      const expected = [0, 1, 2].reduce(
        (sum, i) =>
          sum +
          0.01 * (eigenvectors[r][i] as number) * (eigenvectors[c][i] as number) * (eigenvalues[i] as number),
        0,
      );
      expect(Math.abs((sums[r * 3 + c] as number) / n - expected)).toBeLessThan(3); // about 55 on the diagonal
    }
});

test('sigma 0 changes nothing, and a singular covariance gives finite colors', () => {
  expect(drawColorShift(randomStream(1), imagenetRgbPca, { sigma: 0 }).map(Math.abs)).toEqual([0, 0, 0]);
  const singular = { ...imagenetRgbPca, eigenvalues: [1, 0, -1e-17] } as const;
  expect(drawColorShift(randomStream(1), singular, { scale: 'sqrt' }).every(Number.isFinite)).toBe(true);
});

test('the constants of the original program are orthogonal unit vectors to their four decimals', () => {
  const p = imagenetRgbPca.eigenvectors;
  for (const i of [0, 1, 2] as const)
    for (const j of [0, 1, 2] as const) {
      const dot = p[0][i] * p[0][j] + p[1][i] * p[1][j] + p[2][i] * p[2][j];
      expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(2e-4);
    }
  expect(imagenetRgbPca.eigenvalues.map(Math.sqrt)).toEqual([121.78, 37.09, 19.72]);
});

test('only the result is left behind, and empty batches stay empty', () => {
  const xs = images(2);
  const before = tf.memory().numTensors;
  augmentPca(xs, imagenetRgbPca, { seed: 1, scale: 'sqrt' });
  expect(tf.memory().numTensors - before).toBe(1);
  expect(augmentPca(tf.zeros([0, 2, 2, 3]), imagenetRgbPca, { seed: 1 }).shape).toEqual([0, 2, 2, 3]);
});
