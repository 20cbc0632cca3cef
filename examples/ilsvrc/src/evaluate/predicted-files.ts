import { openPredictions } from '../predictions/read-predictions.js';
import type { PredictedBatch } from './predict-batches.js';

const BATCH = 256;

/** Predictions of the same pictures by one or more models, from files. */
export interface PredictedFiles {
  images: number;
  classes: number;
  batches(signal: AbortSignal): AsyncGenerator<PredictedBatch>;
}

/** Opens files to be read side by side. @throws Error that names the file which is not of the first one's pictures. */
export async function openPredictedFiles(paths: readonly string[]): Promise<PredictedFiles> {
  const files = await Promise.all(paths.map(openPredictions));
  const [first] = files;
  if (!first) throw new RangeError('paths must name at least one file (openPredictedFiles), got none.');
  const { images, classes } = first;
  for (const file of files) {
    if (file.images === images && file.classes === classes) continue;
    throw new Error(
      `${file.path}: holds ${file.images} pictures of ${file.classes} classes, ${first.path} ${images} of ${classes}.`,
    );
  }
  return {
    images,
    classes,
    async *batches(signal) {
      const readers = files.map((file) => file.batches(BATCH));
      try {
        let done = 0;
        for (;;) {
          signal.throwIfAborted();
          const next = await Promise.all(readers.map((reader) => reader.next()));
          const read = next.flatMap(({ value }) => (value ? [value] : []));
          const [{ labels } = { labels: new Int32Array() }] = read;
          if (labels.length === 0) return; // all end together: they have as many pictures
          for (const [n, rows] of read.entries()) {
            requireLabels(rows.labels, labels, done, [paths[n] ?? '', first.path]);
          }
          const indices = Uint32Array.from(labels, (_, i) => done + i);
          yield { indices, labels, probabilities: read.map(({ probabilities }) => probabilities) };
          done += labels.length;
        }
      } finally {
        for (const reader of readers) await reader.return(undefined);
      }
    },
  };
}

function requireLabels(
  labels: Int32Array,
  others: Int32Array,
  done: number,
  [path, first]: [string, string],
): void {
  const wrong = labels.findIndex((label, i) => label !== others[i]);
  if (wrong < 0) return;
  throw new Error(
    `${path}: picture ${done + wrong} has the label ${labels[wrong]}, ${others[wrong]} in ${first}: these are not the same pictures.`,
  );
}
