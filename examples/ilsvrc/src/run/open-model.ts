import { type RecipeData, type TrainingRecipe, trainingRecipe } from '@alexnet/recipe';
import type { RunSettings } from './run-settings.js';

/** The recipe that a run's settings describe. */
export function recipeOf({
  preset,
  width,
  switches,
  seed,
  training,
  augmentation,
}: RunSettings): TrainingRecipe {
  return trainingRecipe({ net: preset, training, augmentation }, { width, seed, ...switches });
}

/** A run's model and optimizer, untrained until a checkpoint is loaded, with the classes and preprocessing of its data. */
export function openModel(settings: RunSettings, data: RecipeData): ReturnType<TrainingRecipe['build']> {
  return recipeOf(settings).build(data);
}
