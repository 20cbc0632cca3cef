export { evaluationAugment, trainingAugment } from './augment-of.js';
export type { RecipeOptions, RecipeSource, RecipeTraining } from './recipe-settings.js';
export { scheduleOf } from './schedule-of.js';
export { type RecipeClass, type RecipeData, type TrainingRecipe, trainingRecipe } from './training-recipe.js';
export { type Predictor, type ValidateOptions, validate } from './validate.js';
