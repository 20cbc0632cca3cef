import { lastRun, type SavedRun, savedRuns } from '../evaluate/saved-runs.js';
import type { NamedClassifier } from './named-classifier.js';
import { openRunClassifier, type RunClassifierOptions } from './run-classifier.js';
import { openWeightsClassifier, type WeightsClassifierOptions } from './weights-classifier.js';

/** A run or weights to classify with. */
export type ClassifierSource = { readonly run: SavedRun } | { readonly weights: string };

/**
 * Finds the weights or the run that the options name, or the last run if they name neither.
 *
 * @throws UsageError if the run does not exist.
 */
export async function classifierSource(options: {
  run?: string;
  weights?: string;
}): Promise<ClassifierSource> {
  if (options.weights !== undefined) return { weights: options.weights };
  const path =
    options.run ??
    (await lastRun('choose what classifies with --run or, as published weights, --weights torchvision'));
  const [run] = (await savedRuns([path])) as [SavedRun];
  return { run };
}

/** Opens a run or weights. The backend must have been started. */
export function openClassifier(
  source: ClassifierSource,
  options: RunClassifierOptions & WeightsClassifierOptions,
  signal: AbortSignal,
): Promise<NamedClassifier> {
  return 'run' in source
    ? openRunClassifier(source.run, options, signal)
    : openWeightsClassifier(source.weights, options, signal);
}
