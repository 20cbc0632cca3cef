import type { ModelEvaluation } from './evaluate-models.js';
import type { EvaluationRow } from './measure-predictions.js';

/** A line of `evaluate`. Predictions read from a file have neither split, views nor backend. */
export type EvaluationResult = EvaluationRow &
  Partial<Pick<ModelEvaluation, 'split' | 'views' | 'crops' | 'backend'>>;

/** `searched average .7 .3, other half`. */
export function modelName({ model, weights, isOtherHalf }: EvaluationResult): string {
  const isEven = weights?.every((weight) => weight === weights[0]) ?? true;
  const shown = isEven ? '' : ` ${weights?.map((weight) => Number(weight.toFixed(3))).join(' ')}`;
  return `${model}${shown}${isOtherHalf ? ', other half' : ''}`;
}

/** `10`, `18 (3x3)`. */
export function viewsName({ views, crops }: EvaluationResult): string {
  if (views === undefined) return '';
  return crops === String(views) ? crops : `${views} (${crops})`;
}
