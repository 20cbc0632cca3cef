import '@tensorflow/tfjs-backend-cpu';
import { expectLayerContract } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AlexNetDropout, type Columns, type DropoutMode, dropout } from './index.js';

const values = (f: () => tf.Tensor): number[] => Array.from(tf.tidy(f).dataSync());
const ones = (count: number): tf.Tensor1D => tf.ones([count]);

beforeAll(async () => {
  await tf.setBackend('cpu');
  tf.serialization.registerClass(AlexNetDropout);
});
afterAll(() => tf.disposeVariables());

describe.each<[DropoutMode, number, number]>([
  ['paper', 1, 0.25],
  ['inverted', 4, 1],
])('dropout, mode %s, rate .75', (mode, kept, atTest) => {
  test('training keeps a quarter of the units', () => {
    const y = values(() => dropout(ones(40_000), { rate: 0.75, mode, isTraining: true, seed: 1 }));
    expect(new Set(y)).toEqual(new Set([0, kept]));
    const share = y.filter((v) => v > 0).length / y.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.01); // 4.6 standard deviations
  });

  test('test time gives the mean over masks', () => {
    expect(values(() => dropout(ones(3), { rate: 0.75, mode }))).toEqual([atTest, atTest, atTest]);
    expect(kept * 0.25).toBe(atTest);
  });

  test('the gradient passes through kept units, with the same factor', () => {
    const seed = 9;
    const mask = values(() => dropout(ones(64), { rate: 0.75, mode, isTraining: true, seed }));
    const gradient = values(() =>
      tf.grad((x: tf.Tensor) => dropout(x, { rate: 0.75, mode, isTraining: true, seed }))(tf.fill([64], 3)),
    );
    expect(gradient).toEqual(mask);
  });
});

test('the default rate is one half, unscaled', () => {
  expect(new Set(values(() => dropout(ones(100), { isTraining: true, seed: 2 })))).toEqual(new Set([0, 1]));
  expect(values(() => dropout(ones(1)))).toEqual([0.5]);
});

test('the seed determines the mask', () => {
  const draw = (seed: number | number[]): number[] =>
    values(() => dropout(ones(64), { isTraining: true, seed }));
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  expect(draw([3, 1])).not.toEqual(draw([3, 2]));
});

test('the layer draws a new mask at each step, differs from its neighbors, and resumes from a saved state', () => {
  const x = ones(64);
  const masks = (layer: AlexNetDropout, count: number): number[][] =>
    Array.from({ length: count }, () => values(() => layer.call(x, { training: true })));
  const first = new AlexNetDropout({ seed: 5, name: 'drop6' });
  const [a, b, c] = masks(first, 3);
  expect(a).not.toEqual(b);
  expect(masks(new AlexNetDropout({ seed: 5, name: 'drop7' }), 1)[0]).not.toEqual(a);
  const resumed = new AlexNetDropout({ seed: 5, name: 'drop6' });
  resumed.randomState = 2;
  expect(masks(resumed, 1)[0]).toEqual(c);
  x.dispose();
});

test('model.fit drops and model.predict does not', async () => {
  const model = tfl.sequential({
    layers: [tfl.layers.inputLayer({ inputShape: [8] }), new AlexNetDropout()],
  });
  const x = tf.ones([1, 8]);
  expect(values(() => model.predict(x) as tf.Tensor)).toEqual(new Array(8).fill(0.5));
  expect(new Set(values(() => model.apply(x, { training: true }) as tf.Tensor))).toEqual(new Set([0, 1]));
  x.dispose();
});

test('the layer meets the contract of every layer', async () => {
  await expectLayerContract(() => new AlexNetDropout({ rate: 0.25, mode: 'inverted', seed: 7 }), [6], [6]);
});

test('a layer with some of the columns draws their part of the whole mask', () => {
  const mask = (width: number, columns?: Columns) => {
    const layer = new AlexNetDropout({ name: 'drop6', seed: 8, ...(columns && { columns }) });
    return values(() => layer.call(tf.ones([5, width]), { training: true }));
  };
  const whole = mask(7);
  for (const begin of [0, 2, 4]) {
    const expected = [0, 1, 2, 3, 4].flatMap((row) => whole.slice(7 * row + begin, 7 * row + begin + 3));
    expect(mask(3, { begin, rowWidth: 7 })).toEqual(expected);
  }
  for (const [begin, rowWidth] of [[5, 7], [-1, 7], [0.5, 7], [0, Number.NaN]] as const) {
    expect(() => mask(3, { begin, rowWidth })).toThrow(
      `columns must include all 3 columns of x (AlexNetDropout), got begin ${begin} and rowWidth ${rowWidth}.`,
    );
  } // biome-ignore format: pairs
});

test('a layer with some of the columns is the same layer again from its configuration', () => {
  const layer = new AlexNetDropout({ name: 'drop6', columns: { begin: 2, rowWidth: 7 } });
  const again = AlexNetDropout.fromConfig(AlexNetDropout, layer.getConfig()) as AlexNetDropout;
  const mask = (one: AlexNetDropout) => values(() => one.call(tf.ones([5, 3]), { training: true }));
  expect(mask(again)).toEqual(mask(layer));
});
