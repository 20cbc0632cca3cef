import '@tensorflow/tfjs-backend-cpu';
import { alexnet } from '@alexnet/alexnet-model';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSettings } from '../run/run-settings.js';
import { temporaryFolder } from '../testing/alexnet.js';
import { randomImages } from '../testing/random-images.js';
import { hiddenModel } from './hidden-model.js';
import { nearestTrainingImages } from './nearest-training-images.js';

const [SIZE, CROP, UNITS] = [12, 8, 5];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: PreparedData;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await temporaryFolder();
  data = await randomImages(folder.path, { size: SIZE, classes: 3 });
});
afterAll(async () => {
  await data.close();
  await folder.remove();
});

test('finds the same images as plain loops over the training images, by the distance of fc7 after its ReLU', async () => {
  const stream = randomStream(9);
  const model = tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: [CROP, CROP, 3] }),
      tfl.layers.dense({ name: 'fc7', units: UNITS, activation: 'relu', useBias: false }),
      tfl.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  const kernel = Float32Array.from({ length: CROP * CROP * 3 * UNITS }, () => 0.01 * stream.normal());
  model.layers[1]?.setWeights([tf.tensor2d(kernel, [CROP * CROP * 3, UNITS])]);
  const { augmentation } = runSettings({ preset: 'paper' });
  const net = { model, augmentation: { ...augmentation, cropSize: CROP, mean: 'channel' as const } };

  const activations = async (split: 'train' | 'val', index: number): Promise<number[]> => {
    const { pixels } = await data.image(split, index);
    const units = new Array<number>(UNITS).fill(0);
    for (let y = 0; y < CROP; y++)
      for (let x = 0; x < CROP; x++)
        for (let c = 0; c < 3; c++) {
          const value =
            (pixels[((y + 2) * SIZE + x + 2) * 3 + c] as number) - (data.channelMeans[c] as number);
          const row = (y * CROP + x) * 3 + c;
          for (let u = 0; u < UNITS; u++)
            units[u] = (units[u] as number) + value * (kernel[row * UNITS + u] as number);
        }
    return units.map((unit) => Math.max(0, unit));
  };
  const queries = [20, 3, 11];
  const expected = await Promise.all(
    queries.map(async (index) => {
      const query = await activations('val', index);
      const all = Array.from({ length: data.splits.train.images }, async (_, image) => {
        const row = await activations('train', image);
        return { index: image, distance: Math.hypot(...row.map((unit, u) => unit - (query[u] as number))) };
      });
      return (await Promise.all(all)).sort((a, b) => a.distance - b.distance).slice(0, 4);
    }),
  );
  const done: number[] = [];
  const { signal } = new AbortController();
  const before = tf.memory().numTensors;
  const found = await nearestTrainingImages(net, data, { split: 'val', queries, k: 4, signal, onProgress: (images) => done.push(images) }); // biome-ignore format: one line
  expect(tf.memory().numTensors).toBe(before);
  expect(found.map((row) => row.map(({ index }) => index))).toEqual(
    expected.map((row) => row.map(({ index }) => index)),
  );
  for (const [q, row] of found.entries()) {
    for (const [n, { distance }] of row.entries())
      expect(distance).toBeCloseTo(expected[q]?.[n]?.distance as number, 4);
  }
  expect(done.at(-1)).toBe(21);
});

test.each(['paper', 'original2012', 'oneGpu', 'torchvision', 'caffe'] as const)(
  '%s has an fc7 without negative values',
  async (preset) => {
    const model = alexnet(preset, { width: 1 / 32, imageSize: 80, classes: 3 });
    const answer = hiddenModel(model).predict(
      tf.randomNormal([1, 80, 80, 3], 0, 50, 'float32', 1),
    ) as tf.Tensor;
    expect(answer.shape).toEqual([1, 128]);
    const values = await answer.data();
    expect(values.every((value) => value >= 0) && values.some((value) => value === 0)).toBe(true);
  },
);

test('a model without an fc7 is refused', () => {
  const model = tfl.sequential({ name: 'other', layers: [tfl.layers.dense({ inputShape: [2], units: 2 })] });
  expect(() => hiddenModel(model)).toThrow("model must have a layer 'fc7' (hiddenModel), got other.");
});
