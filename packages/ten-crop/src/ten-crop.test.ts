import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers the gradients
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  averageViews,
  type CropView,
  centerCrop,
  centerView,
  drawView,
  randomCrop,
  tenCrop,
  tenCropViews,
} from './index.js';

const ramp = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => i),
    shape,
  );

/** The key that separates the draws of `randomCrop` from other draws. */
const VIEW = 2;

/** One view of one image, cut value by value in plain loops. */
function cut(images: tf.Tensor4D, image: number, { top, left, mirror }: CropView, size: number): number[] {
  const [, height, width, channels] = images.shape;
  const values = images.dataSync();
  const out: number[] = [];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < channels; c++) {
        const column = left + (mirror ? size - 1 - x : x);
        out.push(values[((image * height + top + y) * width + column) * channels + c] as number);
      }
  return out;
}

test('the ten views of 224 px in 256 px are where the paper says, then mirrored', () => {
  const offsets = [
    [0, 0],
    [0, 32],
    [16, 16],
    [32, 0],
    [32, 32],
  ];
  expect(tenCropViews({ imageSize: 256 })).toEqual(
    [false, true].flatMap((mirror) => offsets.map(([top, left]) => ({ top, left, mirror }))),
  );
  expect(centerView({ imageSize: [256, 300], size: 224 })).toEqual({ top: 16, left: 38, mirror: false });
});

test('tenCrop equals plain loops for any shape', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (count, size, down, right, channels) => {
        const images = ramp(count, size + down, size + right, channels);
        const views = tenCropViews({ imageSize: [size + down, size + right], size });
        const expected = Array.from({ length: count }, (_, n) =>
          views.map((view) => cut(images, n, view, size)),
        );
        const crops = tenCrop(images, { size });
        expect(crops.shape).toEqual([count * 10, size, size, channels]);
        expect([...crops.dataSync()]).toEqual(expected.flat(2));
        tf.dispose([images, crops]);
      },
    ),
    { numRuns: 40 },
  );
});

test('centerCrop is the third of the ten views', () => {
  const images = ramp(2, 9, 8, 3);
  const views = tf.reshape(tenCrop(images, { size: 5 }), [2, 10, 5, 5, 3]);
  const third = tf.slice(views, [0, 2, 0, 0, 0], [2, 1, 5, 5, 3]);
  expect([...centerCrop(images, { size: 5 }).dataSync()]).toEqual([...third.dataSync()]);
});

test('randomCrop cuts the view that drawView gives for the same seed, epoch and image', () => {
  const images = ramp(3, 8, 9, 2);
  const crops = randomCrop(images, { size: 6, seed: 5, epoch: 2, firstImage: 7 });
  const expected = [0, 1, 2].map((n) =>
    cut(images, n, drawView(randomStream(5, VIEW, 2, 7 + n), { imageSize: [8, 9], size: 6 }), 6),
  );
  expect([...crops.dataSync()]).toEqual(expected.flat());
  expect(randomCrop(tf.zeros([0, 8, 8, 3]), { size: 6, seed: 1 }).shape).toEqual([0, 6, 6, 3]);
});

test('an image is cut the same way in any batch, and differently in another epoch', () => {
  const images = ramp(4, 40, 40, 1);
  const all = randomCrop(images, { size: 8, seed: 1 }).arraySync();
  const third = randomCrop(tf.slice(images, [2, 0, 0, 0], [1, 40, 40, 1]), {
    size: 8,
    seed: 1,
    firstImage: 2,
  });
  expect(third.arraySync()[0]).toEqual(all[2]);
  expect(randomCrop(images, { size: 8, seed: 1, epoch: 1 }).arraySync()).not.toEqual(all);
});

test('offsets cover 0 to H - size on both axes, and half the views are mirrored', () => {
  const tops = new Set<number>();
  const lefts = new Set<number>();
  let mirrored = 0;
  for (let i = 0; i < 4000; i++) {
    const view = drawView(randomStream(9, i), { imageSize: [256, 230], size: 224 });
    tops.add(view.top);
    lefts.add(view.left);
    if (view.mirror) mirrored++;
  }
  expect([tops.size, Math.min(...tops), Math.max(...tops)]).toEqual([33, 0, 32]);
  expect([lefts.size, Math.min(...lefts), Math.max(...lefts)]).toEqual([7, 0, 6]);
  expect(Math.abs(mirrored / 4000 - 0.5)).toBeLessThan(0.03);
});

test('mirror: false does not change the offsets', () => {
  for (let i = 0; i < 50; i++) {
    const both = drawView(randomStream(1, i), { imageSize: 256 });
    expect(drawView(randomStream(1, i), { imageSize: 256, mirror: false })).toEqual({
      ...both,
      mirror: false,
    });
  }
});

test('averageViews is the mean over each image’s rows', () => {
  const rows = Array.from({ length: 6 }, (_, r) => [r / 10, 1 - r / 10]);
  const average = averageViews(tf.tensor2d(rows), 3).arraySync();
  expect(average[0]?.[0]).toBeCloseTo(0.1, 6);
  expect(average[1]?.[0]).toBeCloseTo(0.4, 6);
  expect(average[1]?.[1]).toBeCloseTo(0.6, 6);
  expect(averageViews(tf.ones([20, 4])).shape).toEqual([2, 4]);
});

test('gradients flow through the views: each pixel counts once for every view that includes it', () => {
  const images = ramp(1, 3, 3, 1);
  const gradient = tf.grad((x) => tf.sum(tenCrop(x as tf.Tensor4D, { size: 2 })))(images);
  // Of the five views, a corner is in 1, an edge in 2 and the center in 4; the center view at (0, 0) adds 1
  // to its four pixels; everything counts twice for the mirrored views.
  expect([...gradient.dataSync()]).toEqual([4, 6, 2, 6, 10, 4, 2, 4, 2]);
});

test('only the results are left behind', () => {
  const images = ramp(2, 8, 8, 3);
  const before = tf.memory().numTensors;
  const results = [
    tenCrop(images, { size: 4 }),
    centerCrop(images, { size: 4 }),
    randomCrop(images, { size: 4, seed: 1 }),
    averageViews(tf.tidy(() => tf.ones([20, 3]))),
  ];
  expect(tf.memory().numTensors - before).toBe(results.length + 1);
});
