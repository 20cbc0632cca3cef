import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import {
  type Batch,
  type PlateauScheduleOptions,
  plateauSchedule,
  stepSchedule,
  type TrainOptions,
  train,
} from '../index.js';

test('the plateau schedule divides by ten after `patience` epochs without a new best, three times at most', () => {
  const schedule = plateauSchedule({ patience: 2, stop: false });
  const errors = [0.9, 0.8, 0.8, 0.81, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7];
  const rates = errors.map((_, epoch) => schedule(epoch, errors));
  // epochs 2, 3 stale -> drop at 4; 5, 6 -> drop at 7; 7, 8 -> drop at 9; no fourth
  const expected = [0.01, 0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5, 1e-5];
  const ratios = rates.map((rate, epoch) =>
    Number(((rate as number) / (expected[epoch] as number)).toFixed(10)),
  );
  expect(ratios).toEqual(expected.map(() => 1));
});

test('the plateau schedule ends the run when the error stops improving at the last rate, and not before', () => {
  const errors = [0.9, 0.8, 0.8, 0.81, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.6, 0.6, 0.7, 0.5];
  const ends = (options: PlateauScheduleOptions) =>
    errors.findIndex((_, epoch) => plateauSchedule(options)(epoch, errors) === 'stop');
  // drops at 4, 7, 9 as above; then 9 stale, 10 a new best, 11, 12 stale: there is no epoch 13
  expect(ends({ patience: 2 })).toBe(13);
  expect(ends({ patience: 2, drops: 2 })).toBe(9);
  expect(ends({ patience: 2, drops: 0 })).toBe(4);
  expect(ends({ patience: 3 })).toBe(-1);
  expect(ends({ patience: 2, stop: false })).toBe(-1);
  expect(plateauSchedule({ patience: 2 })(14, [...errors])).toBe('stop'); // a new best comes too late
});

test('a plateau schedule without validation errors is an error, not a constant learning rate', () => {
  expect(() => plateauSchedule()(2, [0.5])).toThrow(
    'validationErrors must have an error for each of the 2 epochs so far (plateauSchedule), got 1; pass a validate function to train.',
  );
});

test('the plateau schedule sees only the epochs before the one it is asked for', () => {
  const schedule = plateauSchedule({ patience: 1 });
  expect(schedule(1, [0.5, 0.5, 0.5, 0.5])).toBe(0.01);
});

/** Trains one step an epoch; the validation error of epoch e is `errors[e]`. */
async function epochsOf(
  errors: number[],
  options: TrainOptions,
): Promise<{ rates: number[]; errors: number[] }> {
  const layers = [tfl.layers.dense({ units: 2, inputShape: [1] }), tfl.layers.softmax()];
  const model = tfl.sequential({ layers });
  const validate = async (epoch: number) => ({ top1Error: errors[epoch] as number, top5Error: 0 });
  async function* batches(): AsyncGenerator<Batch> {
    yield { xs: tf.tensor2d([[1]]), ys: tf.tensor2d([[1, 0]]) };
  }
  const rates: number[] = [];
  let seen: readonly number[] = [];
  for await (const event of train(model, batches, { validate, ...options })) {
    if (event.type !== 'epochEnd') continue;
    rates.push(Number(event.learningRate.toPrecision(6)));
    seen = event.validationErrors;
  }
  model.dispose();
  return { rates, errors: [...seen] };
}

test('train ends on the plateau after the third drop, a resumed run at once, and `epochs` is a maximum', async () => {
  const errors = [0.9, 0.8, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6, 0.5, 0.4];
  const schedule = plateauSchedule({ patience: 1 });
  const rates = [0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-4, 1e-5];
  const ended = { rates, errors: errors.slice(0, 7) };
  expect(await epochsOf(errors, { schedule, epochs: 10 })).toEqual(ended);
  expect(await epochsOf(errors, { schedule, epochs: 4 })).toEqual({
    rates: rates.slice(0, 4),
    errors: errors.slice(0, 4),
  });
  const resume = { epoch: 7, step: 7, validationErrors: ended.errors };
  expect(await epochsOf(errors, { schedule, epochs: 10, resume })).toEqual({ rates: [], errors: [] });
});

test('any function can be the schedule: it gives the learning rates and ends the run', async () => {
  const seen: number[][] = [];
  const schedule = (epoch: number, validationErrors: readonly number[]): number | 'stop' => {
    seen.push([epoch, ...validationErrors]);
    return epoch === 2 ? 'stop' : 0.5 / (epoch + 1);
  };
  const { rates } = await epochsOf([0.9, 0.8, 0.7], { schedule });
  expect(rates).toEqual([0.5, 0.25]);
  expect(seen).toEqual([[0], [1, 0.9], [2, 0.9, 0.8]]);
});

test('a schedule that does not give a learning rate is refused', async () => {
  await expect(epochsOf([], { schedule: () => Number.NaN })).rejects.toThrow(
    'learningRate must be a finite number >= 0 (schedule), got NaN.',
  );
});

test('the step schedule drops before epochs 25, 51 and 79', () => {
  const schedule = stepSchedule();
  const rates = [0, 24, 25, 50, 51, 78, 79, 90].map((epoch) => Math.round(Math.log10(schedule(epoch))));
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
