import { existsSync } from 'node:fs';
import { UsageError } from '../cli/errors.js';
import {
  jsonLinesWriter,
  labelsFile,
  npyWriter,
  type PredictionsWriter,
} from '../predictions/predictions-writer.js';
import { submissionWriter } from '../predictions/submission-writer.js';

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
    submission,
  ];
  const old = files.find((file) => file !== undefined && existsSync(file));
  if (old !== undefined) throw new UsageError(`${old} already exists; choose another name.`);
}

/** Opens the files for `work`. They get their final names when it is done; if it fails, they are removed. */
export async function withOutputs<T>(
  { predictions, submission }: OutputFiles,
  { images, classes }: { images: number; classes: number },
  work: (writers: readonly PredictionsWriter[]) => Promise<T>,
): Promise<T> {
  const writers: PredictionsWriter[] = [];
  try {
    if (predictions !== undefined) {
      const open = predictions.endsWith('.npy') ? npyWriter : jsonLinesWriter;
      writers.push(await open(predictions, images, classes));
    }
    if (submission !== undefined) writers.push(await submissionWriter(submission));
    const result = await work(writers);
    for (const writer of writers) await writer.finish();
    return result;
  } catch (error) {
    for (const writer of writers) await writer.abandon();
    throw error;
  }
}
