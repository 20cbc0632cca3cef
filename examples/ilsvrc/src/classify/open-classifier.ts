import { lastRun } from '../evaluate/saved-runs.js';
import type { NamedClassifier } from './named-classifier.js';
import { openRunClassifier, type RunClassifierOptions } from './run-classifier.js';
import { openWeightsClassifier, type WeightsClassifierOptions } from './weights-classifier.js';

/** What classifies: a run, or weights. */
export interface ClassifierOptions extends RunClassifierOptions, WeightsClassifierOptions {
  run?: string;
  weights?: string;
}

/** Opens the weights or the run that the options name; the last run if they name none. */
export async function openClassifier(
  options: ClassifierOptions,
  signal: AbortSignal,
): Promise<NamedClassifier> {
  const { run, weights } = options;
  if (weights !== undefined) return openWeightsClassifier(weights, options, signal);
  return openRunClassifier(run ?? (await lastRun()), options, signal);
}
