import { UsageError } from '../cli/errors.js';
import { classesOf } from '../data/classes-of.js';
import { withWords } from '../data/with-words.js';
import { type OutputFiles, withOutputs } from './evaluation-outputs.js';
import type { EvaluationResult } from './evaluation-result.js';
import { measurePredictions } from './measure-predictions.js';
import type { ClassNames } from './measures.js';
import { openPredictedFiles } from './predicted-files.js';

/** Options of {@link evaluateFiles}. */
export interface EvaluateFilesOptions {
  /** Data that has words for the classes; absent: those with a WordNet ID have ImageNet's, others have numbers. */
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
  const labelled = data === undefined ? undefined : { path: data, classes: await classesOf(data, signal) };
  const { images, classes, ids, batches } = await openPredictedFiles(paths, labelled);
  const names = labelled?.classes ?? (ids && (await namesOf(ids)));
  if (names && names.length !== classes) {
    throw new UsageError(`${data} has ${names.length} classes, but ${paths[0]} has ${classes}.`);
  }
  const results = await withOutputs(outputs, { images, classes, ids }, (sinks) =>
    measurePredictions(batches(signal), { models: paths, images, classes, names, searchSeed, sinks }),
  );
  return { results, classes };
}

/** ImageNet's words for saved IDs; the other classes have numbers only. */
async function namesOf(ids: readonly string[]): Promise<ClassNames> {
  const classes = await withWords(ids.map((wnid) => ({ wnid, words: wnid })));
  return classes.map(({ wnid, words }) => (words === wnid ? undefined : { words }));
}
