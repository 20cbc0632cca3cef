import type { ImageClass } from '@alexnet/imagenet-reader';
import { UsageError } from '../cli/errors.js';
import { classesOf } from '../data/classes-of.js';
import { withWords } from '../data/with-words.js';
import { type OutputFiles, withOutputs } from './evaluation-outputs.js';
import type { EvaluationResult } from './evaluation-result.js';
import { measurePredictions } from './measure-predictions.js';
import { openPredictedFiles } from './predicted-files.js';

/** Options of {@link evaluateFiles}. */
export interface EvaluateFilesOptions {
  /** Data that has words for the classes; absent: they have the IDs that were saved, or numbers. */
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

/** Saved IDs as names, with ImageNet's words. An ID that is a number does not say that it is a class. */
function namesOf(ids: readonly string[]): Promise<readonly ImageClass[]> {
  return withWords(ids.map((wnid) => ({ wnid, words: /^\d+$/.test(wnid) ? `class ${wnid}` : wnid })));
}
