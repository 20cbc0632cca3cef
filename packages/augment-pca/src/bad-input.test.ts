import '@tensorflow/tfjs-backend-cpu';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { augmentPca, drawColorShift, fitRgbPca, imagenetRgbPca, RgbCovariance } from './index.js';

const images: tf.Tensor4D = tf.ones([1, 2, 2, 3]);
const augment = (options: object, x: unknown = images) => {
  return () => augmentPca(x as tf.Tensor4D, imagenetRgbPca, { seed: 1, ...options });
};
const along = (pca: object) => () => drawColorShift(randomStream(1), { ...imagenetRgbPca, ...pca });
const imagesRule = 'images must be a tensor [N, H, W, 3] (augmentPca), got';
const pcaRule = 'pca must be {eigenvalues: 3 numbers, eigenvectors: 3 rows of 3} (drawColorShift), got';

test.each<[string, () => unknown]>([
  [`${imagesRule} float32 [1, 2, 2, 1].`, augment({}, tf.ones([1, 2, 2, 1]))],
  [`${imagesRule} float32 [2, 2, 3].`, augment({}, tf.ones([2, 2, 3]))],
  [`${imagesRule} undefined.`, () => augmentPca(undefined as never, imagenetRgbPca, { seed: 1 })],
  ["options must be among sigma, scale, seed, epoch, firstImage (augmentPca), got 'stddev'.", augment({ stddev: 1 })],
  ['options must be an object (augmentPca), got undefined.', () => augmentPca(images, imagenetRgbPca, undefined as never)],
  ['sigma must be a finite number >= 0 (drawColorShift), got -1.', augment({ sigma: -1 })],
  ['sigma must be a finite number >= 0 (drawColorShift), got NaN.', augment({ sigma: Number.NaN })],
  ["scale must be 'eigenvalue' or 'sqrt' (drawColorShift), got 'root'.", augment({ scale: 'root' })],
  ['seed and keys must be safe integers (randomStream), got 0.5.', augment({ seed: 0.5 })],
  [`${pcaRule} undefined.`, () => augmentPca(images, undefined as never, { seed: 1 })],
  [`${pcaRule} an object with eigenvalues, eigenvectors.`, along({ eigenvalues: [1, 2] })],
  ['pca.eigenvalues must be finite numbers >= 0 (drawColorShift), got [1, NaN, 0].', along({ eigenvalues: [1, Number.NaN, 0] })],
  ['pca.eigenvalues must be finite numbers >= 0 (drawColorShift), got [4, 1, -1].', along({ eigenvalues: [4, 1, -1] })],
  ['pca.eigenvectors must be finite numbers (drawColorShift), got [[1, 0, 0], [0, 1, 0], [0, 0, NaN]].', along({ eigenvectors: [[1, 0, 0], [0, 1, 0], [0, 0, Number.NaN]] })],
  ['pixels must hold whole RGB triples (RgbCovariance), got 4 bytes.', () => new RgbCovariance().add(new Uint8Array(4))],
  ['pixels must be a Uint8Array or Uint8ClampedArray (RgbCovariance), got a Float32Array.', () => new RgbCovariance().add(new Float32Array(3) as never)],
  ['pixels must be a Uint8Array or Uint8ClampedArray (RgbCovariance), got [1, 2, 3].', () => fitRgbPca([[1, 2, 3]] as never)],
  ['other must be an RgbCovariance (RgbCovariance), got an object with count.', () => new RgbCovariance().merge({ count: 1 } as never)],
  ['add must be called before the result is read (RgbCovariance), got 0 pixels.', () => new RgbCovariance().mean],
  ['add must be called before the result is read (RgbCovariance), got 0 pixels.', () => fitRgbPca([])],
  ['json must be {count, sums: 3 whole numbers, products: 6} (RgbCovariance)', () => RgbCovariance.fromJSON({ count: 1, sums: [1], products: [] })],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table
