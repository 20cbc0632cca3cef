import { UsageError } from '../cli/errors.js';
import { classesOf } from '../data/classes-of.js';
import { type OutputFiles, withOutputs } from './evaluation-outputs.js';
import type { EvaluationResult } from './evaluation-result.js';
import { measurePredictions } from './measure-predictions.js';
import { openPredictedFiles } from './predicted-files.js';

/** Options of {@link evaluateFiles}. */
export interface EvaluateFilesOptions {
  /** Data that has words for the classes; absent: classes have numbers only. */
  data?: string | undefined;
  searchSeed: number | undefined;
  outputs: OutputFiles;
  signal: AbortSignal;
}

/** Measures saved predictions, each file alone and all as an ensemble. Needs no network. */
export async function evaluateFiles(
  paths: readonly string[],
  { data, searchSeed, outputs, signal }: EvaluateFilesOptions,
): Promise<{ results: EvaluationResult[]; classes: number }> {
  const names = data === undefined ? undefined : await classesOf(data, signal);
  const labelled = data === undefined || !names ? undefined : { path: data, classes: names };
  const { images, classes, ids, batches } = await openPredictedFiles(paths, labelled);
  if (names && names.length !== classes) {
    throw new UsageError(`${data} has ${names.length} classes, but ${paths[0]} has ${classes}.`);
  }
  const results = await withOutputs(outputs, { images, classes, ids }, (sinks) =>
    measurePredictions(batches(signal), { models: paths, images, classes, names, searchSeed, sinks }),
  );
  return { results, classes };
}
