import { existsSync } from 'node:fs';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import { classesFile, classesWriter } from '../predictions/classes-file.js';
import {
  jsonLinesWriter,
  labelsFile,
  npyWriter,
  type PredictionsWriter,
} from '../predictions/predictions-writer.js';
import { submissionWriter } from '../predictions/submission-writer.js';
import { isWordNetId } from './output-order.js';

/** The files that an evaluation writes. */
export interface OutputFiles {
  predictions?: string | undefined;
  submission?: string | undefined;
}

/** @throws UsageError if a file has an unknown format or already exists. */
export function requireOutputs({ predictions, submission }: OutputFiles): void {
  if (predictions !== undefined && !/\.(npy|jsonl)$/.test(predictions)) {
    throw new UsageError(`--predictions must end in .npy or .jsonl, got ${predictions}.`);
  }
  const files = [
    predictions,
    predictions?.endsWith('.npy') ? labelsFile(predictions) : undefined,
    predictions === undefined ? undefined : classesFile(predictions),
    submission,
  ];
  const old = files.find((file) => file !== undefined && existsSync(file));
  if (old !== undefined) throw new UsageError(`${old} already exists; choose another name.`);
}

/** The size of predictions, and the IDs of their classes by label, if they are known. */
interface PredictedSize {
  images: number;
  classes: number;
  ids: readonly string[] | undefined;
}

/** Opens the files for `work`. They get their final names when it is done; if it fails, they are removed. */
export async function withOutputs<T>(
  { predictions, submission }: OutputFiles,
  { images, classes, ids }: PredictedSize,
  work: (writers: readonly PredictionsWriter[]) => Promise<T>,
): Promise<T> {
  const writers: PredictionsWriter[] = [];
  try {
    if (predictions !== undefined) {
      const open = predictions.endsWith('.npy') ? npyWriter : jsonLinesWriter;
      writers.push(await open(predictions, images, classes));
      if (ids) writers.push(await classesWriter(predictions, ids));
    }
    if (submission !== undefined) {
      sayIds(submission, ids ?? []);
      writers.push(await submissionWriter(submission));
    }
    const result = await work(writers);
    for (const writer of writers) await writer.finish();
    return result;
  } catch (error) {
    for (const writer of writers) await writer.abandon();
    throw error;
  }
}

/** ImageNet's number of classes. */
const CHALLENGE = 1000;

/** Says that ILSVRC's server would not understand a submission, if the data is not numbered by a devkit. */
function sayIds(submission: string, ids: readonly string[]): void {
  const isSorted = ids.every((id, i) => i === 0 || (ids[i - 1] as string) < id);
  if (ids.length !== CHALLENGE || !ids.every(isWordNetId) || !isSorted) return;
  say(
    `  ${submission}: its IDs count the sorted WordNet IDs from 1, as the data does; ILSVRC's server expects ILSVRC2012_IDs, which data prepared with the devkit has`,
  );
}
