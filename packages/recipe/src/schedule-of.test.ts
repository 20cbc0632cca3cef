import type { PresetName } from '@alexnet/alexnet-model';
import { expect, test } from 'vitest';
import { trainingRecipe } from './index.js';

const schedule = (preset: PresetName, kind: 'step' | 'plateau') =>
  trainingRecipe(preset, { schedule: kind }).schedule;
/** Without the last bits of a product. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, x) => (typeof x === 'number' ? Number(x.toPrecision(6)) : x)));

test("the original's own schedule ends as it did in 2012: conv1 slower from epoch 67, stopped from 72", () => {
  const rates = [0, 24, 25, 51, 66, 67, 71, 72, 79, 90].map((epoch) =>
    rounded(schedule('original2012', 'step')(epoch, [])),
  );
  const all = (rate: number) => ({ default: rate, biases: 0.02 });
  const slower = { default: 1e-5, biases: 2e-5 };
  const stopped = { default: 0, biases: 0 };
  const conv1 = (own: object) => ({ layers: { conv1a: own, conv1b: own } });
  expect(rates).toEqual([
    ...[all(0.01), all(0.01), all(1e-3), all(1e-4), all(1e-4)],
    ...[
      { ...all(1e-4), ...conv1(slower) },
      { ...all(1e-4), ...conv1(slower) },
    ],
    ...[1e-4, 1e-5, 1e-5].map((rate) => ({ ...all(rate), ...conv1(stopped) })),
  ]);
});

test('biases have their own drops where the preset has them, and follow the weights elsewhere', () => {
  const biases = (preset: PresetName, epochs: number[]) =>
    epochs.map((epoch) => (rounded(schedule(preset, 'step')(epoch, [])) as { biases: number }).biases);
  expect(biases('original2012', [0, 25, 90])).toEqual([0.02, 0.02, 0.02]);
  expect(biases('oneWeirdTrick', [0, 44, 45, 89])).toEqual([0.02, 0.02, 2e-3, 2e-3]);
  expect(biases('caffe', [0, 89])).toEqual([0.02, 2e-6]);
  expect(biases('torchvision', [0, 89])).toEqual([0.01, 1e-4]);
});

test('on plateaus conv1 has the learning rate of all the others, and biases their multiple of it', () => {
  const onPlateaus = schedule('original2012', 'plateau');
  const flat = Array.from({ length: 30 }, () => 0.5);
  expect([3, 6, 20].map((epoch) => rounded(onPlateaus(epoch, flat)))).toEqual([
    { default: 0.01, biases: 0.02 },
    { default: 1e-3, biases: 2e-3 },
    { default: 1e-5, biases: 2e-5 },
  ]);
  expect(onPlateaus(21, flat)).toBe('stop');
});
