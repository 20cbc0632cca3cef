import '@tensorflow/tfjs-backend-cpu';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { averageViews, centerCrop, drawView, randomCrop, tenCrop, tenCropViews } from './index.js';

const images: tf.Tensor4D = tf.ones([1, 8, 8, 3]);
const four = images as unknown;
const sizeRule = "size must be a whole number from 1 to the image's shorter side, 8";

test.each<[string, () => unknown]>([
  [`${sizeRule} (tenCropViews), got 224.`, () => tenCrop(images)],
  [`${sizeRule} (tenCropViews), got NaN.`, () => tenCrop(images, { size: Number.NaN })],
  [`${sizeRule} (centerView), got 0.`, () => centerCrop(images, { size: 0 })],
  [`${sizeRule} (drawView), got -4.`, () => randomCrop(images, { size: -4, seed: 1 })],
  [`${sizeRule} (centerView), got '4'.`, () => centerCrop(images, { size: '4' as unknown as number })],
  ['imageSize must be whole numbers >= 1 (drawView), got 4.5.', () => drawView(randomStream(1), { imageSize: 4.5, size: 2 })],
  ['imageSize must be whole numbers >= 1 (tenCropViews), got [8, NaN].', () => tenCropViews({ imageSize: [8, Number.NaN], size: 2 })],
  ['images must be a tensor [N, H, W, C] (tenCrop), got float32 [8, 8, 3].', () => tenCrop(tf.ones([8, 8, 3]) as tf.Tensor as tf.Tensor4D)],
  ['images must be a tensor [N, H, W, C] (centerCrop), got undefined.', () => centerCrop(undefined as never)],
  ['images must be a tensor [N, H, W, C] (randomCrop), got a Uint8Array.', () => randomCrop(new Uint8Array(3) as never, { seed: 1 })],
  ["options must be among size (tenCrop), got 'mirror'.", () => tenCrop(images, { mirror: true } as object)],
  ["options must be among size (centerCrop), got 'crop'.", () => centerCrop(images, { crop: 4 } as object)],
  ["(randomCrop), got 'flip'.", () => randomCrop(images, { size: 4, seed: 1, flip: true } as never)],
  ["mirror must be true or false (randomCrop), got 'no'.", () => randomCrop(images, { size: 4, seed: 1, mirror: 'no' as never })],
  ['seed and keys must be safe integers (randomStream), got undefined.', () => randomCrop(images, { size: 4 } as never)],
  ['seed and keys must be safe integers (randomStream), got NaN.', () => randomCrop(images, { size: 4, seed: 1, epoch: Number.NaN })],
  ['probabilities must have a multiple of 10 rows (averageViews), got 11.', () => averageViews(tf.ones([11, 2]))],
  ['probabilities must be a tensor [N * views, classes] (averageViews), got float32 [1, 8, 8, 3].', () => averageViews(four as tf.Tensor2D)],
  ['views must be a whole number >= 1 (averageViews), got 0.', () => averageViews(tf.ones([10, 2]), 0)],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table
