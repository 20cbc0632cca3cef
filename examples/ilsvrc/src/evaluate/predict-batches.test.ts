import '@tensorflow/tfjs-backend-cpu';
import type { PreparedData, Rgb } from '@alexnet/imagenet-reader';
import { randomStream } from '@alexnet/random';
import { type CropView, gridCrops, tenCropViews } from '@alexnet/ten-crop';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSettings } from '../run/run-settings.js';
import { temporaryFolder } from '../testing/alexnet.js';
import { randomImages } from '../testing/random-images.js';
import { predictBatches, type TrainedModel } from './predict-batches.js';
import { viewSet } from './view-set.js';

const SIZE = 12;
const CLASSES = 3;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: PreparedData;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await temporaryFolder();
  data = await randomImages(folder.path, { size: SIZE, classes: CLASSES });
});
afterAll(async () => {
  await data.close();
  await folder.remove();
});

/** Softmax of a matrix product with the pixels of a view. */
function smallNet(
  cropSize: number,
  mean: 'channel' | Rgb,
): TrainedModel & { cropSize: number; mean: readonly number[] } {
  const model = tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: [cropSize, cropSize, 3] }),
      tfl.layers.dense({ units: CLASSES, activation: 'softmax', useBias: false }),
    ],
  });
  const stream = randomStream(cropSize);
  const kernel = Float32Array.from({ length: cropSize ** 2 * 3 * CLASSES }, () => 0.002 * stream.normal());
  model.setWeights([tf.tensor2d(kernel, [cropSize ** 2 * 3, CLASSES])]);
  const { augmentation } = runSettings({ preset: 'paper' });
  const grey = mean === 'channel' ? data.channelMeans : mean;
  return { model, augmentation: { ...augmentation, cropSize, mean }, cropSize, mean: grey };
}

/** The same in plain float64 loops. */
async function slowly(
  net: ReturnType<typeof smallNet>,
  split: 'train' | 'val',
  index: number,
  views: readonly CropView[],
) {
  const { pixels } = await data.image(split, index);
  const kernel = await (net.model.getWeights()[0] as tf.Tensor).data();
  const average = new Array<number>(CLASSES).fill(0);
  for (const { top, left, mirror } of views) {
    const logits = new Array<number>(CLASSES).fill(0);
    for (let y = 0; y < net.cropSize; y++)
      for (let x = 0; x < net.cropSize; x++)
        for (let c = 0; c < 3; c++) {
          const column = left + (mirror ? net.cropSize - 1 - x : x);
          const value = (pixels[((top + y) * SIZE + column) * 3 + c] as number) - (net.mean[c] as number);
          const row = (y * net.cropSize + x) * 3 + c;
          for (let k = 0; k < CLASSES; k++)
            logits[k] = (logits[k] as number) + value * (kernel[row * CLASSES + k] as number);
        }
    const sum = logits.reduce((all, logit) => all + Math.exp(logit), 0);
    logits.forEach((logit, k) => {
      average[k] = (average[k] as number) + Math.exp(logit) / sum / views.length;
    });
  }
  return average;
}

test.each([
  ['1', (size: number) => [{ top: (SIZE - size) / 2, left: (SIZE - size) / 2, mirror: false }]],
  ['10', (size: number) => tenCropViews({ imageSize: SIZE, size })],
  ['2x3', (size: number) => gridCrops({ imageSize: SIZE, size, rows: 2, columns: 3 })],
] as const)(
  'views %s: models with different inputs see the same images, and their averages match plain loops',
  async (name, viewsOf) => {
    const nets = [smallNet(8, 'channel'), smallNet(6, [9, 99, 199]), smallNet(8, 'channel')];
    for (const split of ['train', 'val'] as const) {
      let next = 0;
      for await (const { indices, labels, probabilities, seconds } of predictBatches(nets, data, {
        split,
        views: viewSet(name),
      })) {
        expect(seconds).toHaveLength(3);
        for (const [i, index] of indices.entries()) {
          expect(index).toBe(next++);
          expect(labels[i]).toBe(data.label(split, index));
          for (const [n, net] of nets.entries()) {
            const expected = await slowly(net, split, index, viewsOf(net.cropSize));
            const row = probabilities[n]?.slice(i * CLASSES, (i + 1) * CLASSES) ?? [];
            expect(
              [...row].map((value, k) => Math.abs(value - (expected[k] as number))).every((d) => d < 1e-5),
            ).toBe(true);
          }
        }
      }
      expect(next).toBe(21);
    }
  },
);

test('no tensor is left behind, and no reader when the consumer stops early', async () => {
  const nets = [smallNet(8, 'channel'), smallNet(6, [9, 99, 199])];
  const before = tf.memory().numTensors;
  for await (const _ of predictBatches(nets, data, { split: 'val', views: viewSet('10') })) break;
  for await (const _ of predictBatches(nets, data, { split: 'val', views: viewSet('1') }));
  expect(tf.memory().numTensors).toBe(before);
});
