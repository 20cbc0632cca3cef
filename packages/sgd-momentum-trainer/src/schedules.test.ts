import { expect, test } from 'vitest';
import { plateauSchedule, stepSchedule } from './index.js';

test('the plateau schedule divides by ten after `patience` epochs without a new best, three times at most', () => {
  const schedule = plateauSchedule({ patience: 2 });
  const errors = [0.9, 0.8, 0.8, 0.81, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7];
  const rates = errors.map((_, epoch) => schedule(epoch, errors));
  // epochs 2, 3 stale -> drop at 4; 5, 6 -> drop at 7; 7, 8 -> drop at 9; no fourth
  const expected = [0.01, 0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5, 1e-5];
  const ratios = rates.map((rate, epoch) => Number((rate / (expected[epoch] as number)).toFixed(10)));
  expect(ratios).toEqual(expected.map(() => 1));
});

test('the plateau schedule sees only the epochs before the one it is asked for', () => {
  const schedule = plateauSchedule({ patience: 1 });
  expect(schedule(1, [0.5, 0.5, 0.5, 0.5])).toBe(0.01);
});

test('the step schedule drops before epochs 25, 51 and 79', () => {
  const schedule = stepSchedule();
  const rates = [0, 24, 25, 50, 51, 78, 79, 90].map((epoch) => Math.round(Math.log10(schedule(epoch, []))));
  expect(rates).toEqual([-2, -2, -3, -3, -4, -4, -5, -5]);
});

test('bad options are refused by name', () => {
  expect(() => plateauSchedule({ patience: 0 })).toThrow(
    'patience must be a whole number >= 1 (plateauSchedule), got 0.',
  );
  expect(() => plateauSchedule({ learningRate: 0 })).toThrow('learningRate must be a finite number > 0');
  expect(() => stepSchedule({ factor: Number.NaN })).toThrow(
    'factor must be a finite number > 0 (stepSchedule)',
  );
});
