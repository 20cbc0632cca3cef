import { requireKnownOptions, requireWhole } from '@alexnet/validate';
import { type Rank, rankLabels } from './rank-labels.js';
import type { Probabilities } from './rows.js';

/** Options of {@link searchWeights}. */
export interface SearchWeightsOptions {
  /** The k of the top-k error that is minimized. */
  readonly k?: number; // 1
  /** Weights are multiples of 1 / steps. */
  readonly steps?: number; // 10
}

/** The result of {@link searchWeights}. */
export interface SearchedWeights {
  /** One weight per model, with sum 1, for `averagePredictions`. */
  readonly weights: readonly number[];
  /** The top-k error with these weights, 0 .. 1, on the images that were searched, where it is optimistic. */
  readonly error: number;
  /** The top-k error with equal weights, which is never lower. */
  readonly equalWeightsError: number;
}

/** More weightings would take hours on a validation set. */
const MOST_WEIGHTINGS = 1_000_000;

/**
 * Finds the weights of models whose averaged predictions have the lowest top-k error. It tries equal weights
 * and every weighting in multiples of 1 / steps. Of equally good weightings it returns the most even one, or
 * the first of those.
 *
 * Search on held-out images, on which no model was trained and no result is reported.
 *
 * @param predictions `[images, classes]` of each model, for the same images.
 * @param labels The true label of each image, 0 .. classes - 1.
 * @throws RangeError as `topKError` does, or if there are no models, no images or more than a million
 *   weightings.
 * @example
 * const { weights } = searchWeights(heldOutPredictions, heldOutLabels, { k: 5 });
 * const ensemble = averagePredictions(testPredictions, { weights });
 */
export function searchWeights(
  predictions: readonly Probabilities[],
  labels: ArrayLike<number>,
  options: SearchWeightsOptions = {},
): SearchedWeights {
  requireKnownOptions(options, ['k', 'steps'], 'searchWeights');
  const { k = 1, steps = 10 } = options;
  requireWhole('k', k, 1, 'searchWeights');
  requireWhole('steps', steps, 1, 'searchWeights');
  if (predictions.length === 0 || labels.length === 0) {
    throw new RangeError(
      `predictions must be of at least one model and image (searchWeights), got ${predictions.length} models and ${labels.length} images.`,
    );
  }
  const models = predictions.length;
  requireFewWeightings(models, steps);
  const images = rivalsOfImages(predictions, labels);

  const even = new Array<number>(models).fill(1 / models);
  const equalWeightsError = errorOf(even, images, k);
  let best = { weights: even, error: equalWeightsError, squares: 1 / models };
  for (const parts of partsOf(steps, models)) {
    const weights = parts.map((part) => part / steps);
    const error = errorOf(weights, images, k);
    const squares = parts.reduce((sum, part) => sum + part * part, 0) / (steps * steps);
    if (error < best.error || (error === best.error && squares < best.squares)) {
      best = { weights, error, squares };
    }
  }
  return { weights: best.weights, error: best.error, equalWeightsError };
}

/**
 * `[1 + rivals, models]` of one image: the probabilities of the true label, then of each label that may rank
 * before it.
 */
type Rivals = Float64Array;

/**
 * Leaves out labels that every model finds less probable than the true one, since no average ranks them
 * before it.
 */
function rivalsOfImages(predictions: readonly Probabilities[], labels: ArrayLike<number>): Rivals[] {
  const ranks = rankModels(predictions, labels);
  return Array.from({ length: labels.length }, (_, image) => {
    const rows = ranks.map((model) => (model[image] as Rank).row);
    const label = labels[image] as number;
    const found = [label];
    for (let other = 0; other < (rows[0] as ArrayLike<number>).length; other++) {
      const isRival = rows.some((row) => (row[other] as number) >= (row[label] as number));
      if (isRival && other !== label) found.push(other);
    }
    return Float64Array.from(found.flatMap((one) => rows.map((row) => row[one] as number)));
  });
}

function rankModels(predictions: readonly Probabilities[], labels: ArrayLike<number>): Rank[][] {
  const caller = 'searchWeights';
  const first = rankLabels(predictions[0] as Probabilities, labels, { caller });
  const classes = (first[0] as Rank).row.length;
  return predictions.map((model) => rankLabels(model, labels, { caller, classes }));
}

/** The top-k error of the weighted mean, where a tie counts in part. */
function errorOf(weights: readonly number[], images: readonly Rivals[], k: number): number {
  const models = weights.length;
  const mean = (rivals: Rivals, at: number): number => {
    let sum = 0;
    for (let m = 0; m < models; m++) sum += (weights[m] as number) * (rivals[at + m] as number);
    return sum;
  };
  let wrong = 0;
  for (const rivals of images) {
    const own = mean(rivals, 0);
    let greater = 0;
    let equal = 1;
    for (let at = models; at < rivals.length && greater < k; at += models) {
      const value = mean(rivals, at);
      if (value > own) greater++;
      else if (value === own) equal++;
    }
    wrong += 1 - Math.min((k - greater) / equal, 1);
  }
  return wrong / images.length;
}

/** Every way to divide `whole` among `models`, starting with `[whole, 0, ...]`. */
function* partsOf(whole: number, models: number): Generator<number[]> {
  if (models === 1) {
    yield [whole];
    return;
  }
  for (let first = whole; first >= 0; first--) {
    for (const rest of partsOf(whole - first, models - 1)) yield [first, ...rest];
  }
}

function requireFewWeightings(models: number, steps: number): void {
  let weightings = 1; // (steps + models - 1) over (models - 1)
  for (let i = 1; i < models; i++) weightings = (weightings * (steps + i)) / i;
  if (weightings <= MOST_WEIGHTINGS) return;
  throw new RangeError(
    `steps must give at most ${MOST_WEIGHTINGS} weightings (searchWeights), got ${steps} for ${models} models: ${weightings}.`,
  );
}
