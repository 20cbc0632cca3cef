import '@tensorflow/tfjs-backend-cpu';
import type { AugmentOptions, openPrepared, PreparedData } from '@alexnet/imagenet-reader';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { experiments } from './experiments.js';
import { makeTraining } from './make-training.js';
import type { TinyNet } from './tiny-net.js';

beforeAll(() => tf.setBackend('cpu'));

/** Prepared data of ten classes that only notes how its batches are asked for. */
function asked(): { data: PreparedData; augments: AugmentOptions[] } {
  const augments: AugmentOptions[] = [];
  const data = {
    classes: Array.from({ length: 10 }, (_, i) => ({ wnid: `n${i}`, words: '' })),
    batches: ({ augment }: { augment: AugmentOptions }) => augments.push(augment),
  } as unknown as Awaited<ReturnType<typeof openPrepared>>;
  return { data, augments };
}

const runs = experiments.flatMap((experiment) => experiment.plan(new Map(), { seeds: 1, smoke: false }));
const netOf = (name: string): TinyNet => {
  const run = runs.find(({ id }) => id === `${name}-seed1`);
  if (!run) throw new Error(`${name} is not planned`);
  return run.net;
};
/** The layers with weights of a side and their parameters, at width 1/16. */
function layersOf(name: string): Record<string, number> {
  const { model, optimizer } = makeTraining(
    { id: name, seed: 1, views: 10, net: { ...netOf(name), width: 1 / 16 } },
    asked().data,
  );
  const counts = model.layers.map((layer) => [layer.name, layer.countParams()] as const);
  model.dispose();
  optimizer.dispose();
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

test('the net without conv4 has the other layers, and conv5 reads conv3', () => {
  const [whole, without] = [layersOf('original2012'), layersOf('without-conv4')];
  // a sixteenth of 384 and 256 kernels in two towers, 3 x 3 each, and biases
  const conv = (channels: number, kernels: number): number => (9 * channels + 1) * kernels;
  expect(whole).toMatchObject({ conv3a: conv(16, 12), conv4a: conv(12, 12), conv5a: conv(12, 8) });
  expect(without).toMatchObject({ conv3a: conv(16, 12), conv4a: conv(12, 8) });
  expect([Object.keys(whole).length, Object.keys(without).length]).toEqual([15, 13]);
});

test('the sides of a comparison differ in one setting', () => {
  const base = netOf('original2012');
  expect(netOf('no-noise')).toEqual({ ...base, colorNoise: false });
  expect(netOf('std-01')).toEqual({ ...base, middleStd: 0.01 });
  expect(netOf('inverted')).toEqual({ ...base, dropoutMode: 'inverted' });
  expect(netOf('oneGpu')).toEqual({ ...base, preset: 'oneGpu' });
});

test.each(['original2012', 'no-noise'])(
  'the training of %s has the color noise that it says, and only our drops',
  (name) => {
    const { data, augments } = asked();
    const { model, optimizer, batches, schedule, epochs } = makeTraining({ id: name, seed: 1, views: 10, net: { ...netOf(name), width: 1 / 16 } }, data); // biome-ignore format: one line
    batches(19, 0);
    expect(augments[0]?.pca !== undefined).toBe(name === 'original2012');
    expect(epochs).toBe(20);
    const rates = [0, 13, 14, 18].map((epoch) => (schedule(epoch, []) as { default: number }).default);
    for (const [i, rate] of [0.01, 0.01, 0.001, 0.0001].entries()) expect(rates[i]).toBeCloseTo(rate, 12);
    model.dispose();
    optimizer.dispose();
  },
);

test('the standard deviation of conv3 to conv5 is what the side says, scaled to the width', () => {
  const deviations = ['original2012', 'std-01'].map((name) => {
    const { model, optimizer } = makeTraining(
      { id: name, seed: 1, views: 10, net: netOf(name) },
      asked().data,
    );
    const values = model.getLayer('conv4a').getWeights()[0]?.dataSync<'float32'>() ?? new Float32Array();
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    model.dispose();
    optimizer.dispose();
    return deviation;
  });
  expect(deviations[0]).toBeCloseTo(0.03 / Math.sqrt(0.25), 3);
  expect(deviations[1]).toBeCloseTo(0.01 / Math.sqrt(0.25), 3);
});
