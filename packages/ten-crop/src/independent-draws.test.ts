import '@tensorflow/tfjs-backend-cpu';
import { augmentPca, imagenetRgbPca } from '@alexnet/augment-pca';
import { type RandomStream, randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { randomCrop } from './index.js';

vi.mock(import('@alexnet/random'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, randomStream: vi.fn(original.randomStream) };
});

/** The first draws of every stream that `act` opens, in order. */
function drawsOf(act: () => tf.Tensor): number[] {
  const opened = vi.mocked(randomStream);
  opened.mockClear();
  act().dispose();
  const keys = [...opened.mock.calls];
  return keys.flatMap((list) => {
    const stream: RandomStream = randomStream(...list);
    return Array.from({ length: 6 }, () => stream.uint32());
  });
}

test('with one seed, the crop and the color noise of an image share no draw', () => {
  const images = tf.zeros<tf.Rank.R4>([50, 12, 12, 3]);
  const keys = { seed: 1, epoch: 3, firstImage: 20 };
  const crops = drawsOf(() => randomCrop(images, { size: 8, ...keys }));
  const colors = drawsOf(() => augmentPca(images, imagenetRgbPca, keys));
  expect([crops.length, colors.length]).toEqual([300, 300]);
  expect(new Set([...crops, ...colors]).size).toBe(600); // two 32-bit draws of 600 meet by chance with p = 4e-5
  images.dispose();
});
