/** Checks for docs/errata.md of crops and views. */
import '@tensorflow/tfjs-backend-cpu';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { averageViews, drawView, tenCropViews } from './index.js';

test('224 px fit into 256 in 33 x 33 places, 2178 views with mirrors, and the test views need offset 32', () => {
  const views = new Set<string>();
  for (let image = 0; image < 60_000; image++) {
    const { top, left, mirror } = drawView(randomStream(1, image), { imageSize: 256 });
    views.add(`${top},${left},${mirror}`);
  }
  expect(views.size).toBe(33 * 33 * 2);
  expect(32 * 32 * 2).toBe(2048); // the paper's factor
  expect(Math.max(...tenCropViews({ imageSize: 256 }).map(({ top }) => top))).toBe(32);
});

test('averaging probabilities and averaging logits can name different classes', () => {
  tf.tidy(() => {
    // two views slightly prefer class 0, one strongly prefers class 1
    const logits = tf.tensor2d([[3, 0], [3, 0], [0, 10]]); // biome-ignore format: one line
    const byProbability = averageViews(tf.softmax(logits), 3);
    const byLogit = tf.softmax(averageViews(logits, 3));
    expect(tf.argMax(byProbability, 1).dataSync()[0]).toBe(0);
    expect(tf.argMax(byLogit, 1).dataSync()[0]).toBe(1);
  });
});
