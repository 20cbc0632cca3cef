import { describeValue, requireKnownOptions } from '@alexnet/validate';

/** Options of {@link averagePredictions}. */
export interface AverageOptions {
  /** The weight of each model, >= 0, with sum 1. By default they are equal, as in the paper. */
  readonly weights?: readonly number[];
}

/** How far the sum of weights may be from 1, which allows for weights rounded to seven digits. */
const ROUNDING = 1e-6;

/**
 * The mean of several models' probabilities for the same images, as in the paper's averages of 5 and 7
 * networks.
 *
 *     mean[i] = sum over models m of weights[m] * predictions[m][i]
 *
 * @param predictions One array `[images * classes]` per model, all of the same length.
 * @throws RangeError if there is no model, the lengths differ or the weights do not fit.
 * @see Krizhevsky et al. 2012, table 2; {@link searchWeights} for weights fitted to held-out images
 */
export function averagePredictions(
  predictions: readonly ArrayLike<number>[],
  options: AverageOptions = {},
): Float64Array {
  requireKnownOptions(options, ['weights'], 'averagePredictions');
  const [first] = predictions;
  if (!first)
    throw new RangeError('predictions must be of at least one model (averagePredictions), got none.');
  const weights = options.weights ?? predictions.map(() => 1 / predictions.length);
  requireWeights(weights, predictions.length);
  const mean = new Float64Array(first.length);
  predictions.forEach((model, m) => {
    if (model.length !== first.length) {
      throw new RangeError(
        `predictions must all have ${first.length} values (averagePredictions), got ${model.length}.`,
      );
    }
    const weight = weights[m] as number;
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + weight * (model[i] as number);
  });
  return mean;
}

function requireWeights(weights: readonly number[], models: number): void {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const fit = weights.length === models && weights.every((weight) => weight >= 0);
  if (fit && Math.abs(sum - 1) <= ROUNDING) return;
  throw new RangeError(
    `weights must be ${models} numbers >= 0 of sum 1 (averagePredictions), got ${describeValue(weights)}.`,
  );
}
