import { lastRun, type SavedRun, savedRuns } from '../evaluate/saved-runs.js';
import type { NamedClassifier } from './named-classifier.js';
import { openRunClassifier, type RunClassifierOptions } from './run-classifier.js';
import { openWeightsClassifier, type WeightsClassifierOptions } from './weights-classifier.js';

/** What classifies: a run, or weights. */
export type ClassifierSource = { readonly run: SavedRun } | { readonly weights: string };

/**
 * The weights or the run that the options name; the last run if they name none.
 *
 * @throws UsageError if there is no such run.
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

/** Opens what classifies. The backend must have been started. */
export function openClassifier(
  source: ClassifierSource,
  options: RunClassifierOptions & WeightsClassifierOptions,
  signal: AbortSignal,
): Promise<NamedClassifier> {
  return 'run' in source
    ? openRunClassifier(source.run, options, signal)
    : openWeightsClassifier(source.weights, options, signal);
}
