import { UsageError } from '../cli/errors.js';
import { classesOf } from '../data/classes-of.js';
import { type OutputFiles, withOutputs } from './evaluation-outputs.js';
import type { EvaluationResult } from './evaluation-result.js';
import { measurePredictions } from './measure-predictions.js';
import { openPredictedFiles } from './predicted-files.js';

/** What is measured, and how. */
export interface EvaluateFilesOptions {
  /** Data whose classes have words; absent: classes have numbers only. */
  data?: string | undefined;
  searchSeed: number | undefined;
  outputs: OutputFiles;
  signal: AbortSignal;
}

/** Measures predictions that were written before, each file alone and all as an ensemble, without a net. */
export async function evaluateFiles(
  paths: readonly string[],
  { data, searchSeed, outputs, signal }: EvaluateFilesOptions,
): Promise<{ results: EvaluationResult[]; classes: number }> {
  const { images, classes, batches } = await openPredictedFiles(paths);
  const names = data === undefined ? undefined : await classesOf(data, signal);
  if (names && names.length !== classes) {
    throw new UsageError(`${data} has ${names.length} classes, ${paths[0]} has ${classes}.`);
  }
  const results = await withOutputs(outputs, { images, classes }, (sinks) =>
    measurePredictions(batches(signal), { models: paths, images, classes, names, searchSeed, sinks }),
  );
  return { results, classes };
}
