import { expect, test } from 'vitest';
import { runSettings } from '../run/run-settings.js';
import { evaluationAugment, trainingAugment } from './augment-of.js';

test("the original's colour noise, and the scale that goes with it, end before epoch 67 of its own schedule", () => {
  const run = runSettings({ data: '.', preset: 'original2012', schedule: 'step' });
  expect(trainingAugment(run, 66)).toMatchObject({ pca: { sigma: 0.1, scale: 'sqrt' }, inputScale: 1 / 1.1 });
  for (const field of ['pca', 'inputScale']) expect(trainingAugment(run, 67)).not.toHaveProperty(field);
  const onPlateaus = runSettings({ data: '.', preset: 'original2012', schedule: 'plateau' });
  expect(trainingAugment(onPlateaus, 80)).toHaveProperty('pca');
});

test('what a net expects of its inputs holds in evaluation too, noise does not', () => {
  const { augmentation } = runSettings({ preset: 'torchvision' });
  expect(evaluationAugment(augmentation, 10)).toEqual({
    crop: 'ten',
    cropSize: 224,
    mean: augmentation.mean,
    std: augmentation.std,
  });
  expect(evaluationAugment(runSettings({}).augmentation, 1)).toEqual({
    crop: 'center',
    cropSize: 224,
    mean: 'center',
    std: [1, 1, 1],
  });
});
