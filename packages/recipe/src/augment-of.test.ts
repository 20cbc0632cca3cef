import { expect, test } from 'vitest';
import { trainingRecipe } from './index.js';

test("the original's color noise, and the scale that goes with it, end before epoch 67 of its own schedule", () => {
  const recipe = trainingRecipe('original2012');
  expect(recipe.augment(66)).toMatchObject({ pca: { sigma: 0.1, scale: 'sqrt' }, inputScale: 1 / 1.1 });
  for (const field of ['pca', 'inputScale']) expect(recipe.augment(67)).not.toHaveProperty(field);
  const onPlateaus = trainingRecipe('original2012', { schedule: 'plateau' });
  expect(onPlateaus.augment(80)).toHaveProperty('pca');
});

test('what a network expects of its inputs holds in evaluation too, noise does not', () => {
  const recipe = trainingRecipe('torchvision');
  const { mean, std } = recipe.augmentation;
  expect(recipe.views(10)).toEqual({ crop: 'ten', cropSize: 224, mean, std });
  expect(trainingRecipe('original2012').views(1)).toEqual({
    crop: 'center',
    cropSize: 224,
    mean: 'center',
    std: [1, 1, 1],
  });
  expect(() => recipe.views(3 as 10)).toThrow('views must be 1 or 10 (evaluationAugment), got 3.');
});
