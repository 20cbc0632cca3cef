import '@tensorflow/tfjs-backend-cpu';
import { alexnet } from '@alexnet/alexnet-model';
import { expect, test } from 'vitest';
import { runSettings } from '../run/run-settings.js';
import { biasScheduleOf, layerSchedulesOf, scheduleOf } from './schedule-of.js';

test("the original's own schedule ends as it did in 2012: conv1 slower from epoch 67, still from 72", () => {
  const settings = runSettings({ data: '.', preset: 'original2012', schedule: 'step' });
  const model = alexnet('original2012', { width: 1 / 16, classes: 2 });
  const schedules = layerSchedulesOf(settings, model);
  model.dispose();
  expect(Object.keys(schedules)).toEqual(['conv1a', 'conv1b']);
  for (const conv1 of Object.values(schedules)) {
    expect([0, 66, 67, 71, 72, 90].map(conv1)).toEqual([undefined, undefined, 1e-5, 1e-5, 0, 0]);
  }
  const rates = [0, 24, 25, 51, 79, 90].map((epoch) => scheduleOf(settings)(epoch, []));
  expect(rates.map((rate) => Number(Number(rate).toPrecision(6)))).toEqual([
    0.01, 0.01, 1e-3, 1e-4, 1e-5, 1e-5,
  ]);
});

test('biases have drops of their own where the preset has them', () => {
  const rates = (preset: string, epochs: number[]): number[] | undefined => {
    const schedule = biasScheduleOf(runSettings({ data: '.', preset, schedule: 'step' }));
    return schedule && epochs.map((epoch) => Number(schedule(epoch, []).toPrecision(6)));
  };
  expect(rates('original2012', [0, 25, 90])).toEqual([0.01, 0.01, 0.01]);
  expect(rates('oneWeirdTrick', [0, 44, 45, 89])).toEqual([0.01, 0.01, 1e-3, 1e-3]);
  expect(rates('caffe', [0])).toBeUndefined();
  expect(biasScheduleOf(runSettings({ data: '.', preset: 'original2012' }))).toBeUndefined();
});

test('on plateaus conv1 has the rate of all the others', () => {
  const settings = runSettings({ data: '.', preset: 'original2012' });
  const model = alexnet('oneGpu', { width: 1 / 16, classes: 2 });
  const schedules = layerSchedulesOf(settings, model);
  model.dispose();
  expect(Object.keys(schedules)).toEqual(['conv1']);
  expect(schedules.conv1?.(80)).toBeUndefined();
});
