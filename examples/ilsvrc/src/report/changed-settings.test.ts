import { expect, test } from 'vitest';
import { runSettings } from '../run/run-settings.js';
import { changedSettings } from './changed-settings.js';

const changes = (options: Parameters<typeof runSettings>[0], classes = 1000): Record<string, string> =>
  Object.fromEntries(
    changedSettings(runSettings(options), classes).map(({ name, preset, run }) => [
      name,
      `${preset} > ${run}`,
    ]),
  );

test('a run of an unchanged preset lists only the settings that the preset leaves open', () => {
  expect(changes({ data: 'ilsvrc', preset: 'paper', epochs: 90 })).toEqual({ 'training.patience': '- > 5' });
  expect(changes({ data: 'ilsvrc', preset: 'original2012', schedule: 'step' })).toEqual({});
});

test('changed sizes, ablations, training and augmentation are listed with both values', () => {
  const options = { data: 'flowers', preset: 'paper', width: 0.25, batchSize: 32, microBatch: 8, learningRate: 0.02 }; // biome-ignore format: one line
  const net = { imageSize: 128, activation: 'tanh', lrn: false, dropout: false, towers: 1 } as const;
  expect(changes({ ...options, ...net, epochs: 7 }, 17)).toEqual({
    width: '1 > 0.25',
    classes: '1000 > 17',
    imageSize: '224 > 128',
    activation: 'relu > tanh',
    lrn: 'yes > no',
    dropout: 'yes > no',
    towers: '2 > 1',
    'training.batchSize': '128 > 32',
    'training.epochs': '90 > 7',
    'training.learningRate': '0.01 > 0.02',
    'training.patience': '- > 5',
    'training.microBatchSize': '- > 8',
    'augmentation.cropSize': '224 > 128',
  });
});

test('a plateau schedule removes all settings of the step schedule', () => {
  const { 'training.schedule.kind': kind, 'training.schedule.epochs': epochs, ...rest } = changes({ data: 'ilsvrc' }); // biome-ignore format: one line
  expect(kind).toBe('step > plateau');
  expect(epochs).toBe('25, 51, 79 > -');
  expect(Object.keys(rest).filter((name) => !name.startsWith('training.'))).toEqual([]);
});
