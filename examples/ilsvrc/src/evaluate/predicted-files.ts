import { say } from '../cli/say.js';
import { classesFile } from '../predictions/classes-file.js';
import { openPredictions, type PredictionsFile } from '../predictions/read-predictions.js';
import { reorderRows } from '../predictions/reorder-rows.js';
import { type LabelledClasses, outputOrder } from './output-order.js';
import type { PredictedBatch } from './predict-batches.js';

const BATCH = 256;

/** Saved predictions of one or more models for the same images. */
export interface PredictedFiles {
  images: number;
  classes: number;
  /** The IDs of the classes by label, if they are known. */
  ids: readonly string[] | undefined;
  batches(signal: AbortSignal): AsyncGenerator<PredictedBatch>;
}

/**
 * Opens files that are read side by side. All are put into one order of the classes.
 *
 * @param labelled The classes whose order they get; default those of the first file that lists its own.
 * @throws Error that names a file whose images or classes differ from the first one's.
 */
export async function openPredictedFiles(
  paths: readonly string[],
  labelled?: LabelledClasses,
): Promise<PredictedFiles> {
  const files = await Promise.all(paths.map(openPredictions));
  const [first] = files;
  if (!first) throw new RangeError('paths must name at least one file (openPredictedFiles), got none.');
  const { images, classes } = first;
  for (const file of files) {
    if (file.images === images && file.classes === classes) continue;
    throw new Error(
      `${file.path}: there are ${file.images} images of ${file.classes} classes, but ${first.path} has ${images} of ${classes}.`,
    );
  }
  const common = labelled ?? firstLabelled(files);
  const permutations = files.map((file) => common && orderOfFile(file, common));
  return {
    images,
    classes,
    ids: common?.classes.map(({ wnid }) => wnid),
    async *batches(signal) {
      const readers = files.map((file, n) => {
        const permutation = permutations[n];
        return permutation ? reorderRows(file.batches(BATCH), permutation) : file.batches(BATCH);
      });
      try {
        let done = 0;
        for (;;) {
          signal.throwIfAborted();
          const next = await Promise.all(readers.map((reader) => reader.next()));
          const read = next.flatMap(({ value }) => (value ? [value] : []));
          const [{ labels } = { labels: new Int32Array() }] = read;
          if (labels.length === 0) return; // all files end here, because they have the same number of images
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

/** The classes of the first file that lists them. */
function firstLabelled(files: readonly PredictionsFile[]): LabelledClasses | undefined {
  const first = files.find(({ ids }) => ids);
  return first?.ids && { path: first.path, classes: first.ids.map((wnid) => ({ wnid })) };
}

function orderOfFile({ path, ids }: PredictionsFile, to: LabelledClasses): number[] | undefined {
  if (ids) return outputOrder({ path, relation: 'was predicted for', order: ids }, to);
  say(`  ${path}: only the number of classes can be compared: ${classesFile(path)} is missing`);
  return undefined;
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
    `${path}: image ${done + wrong} has label ${labels[wrong]}, but ${others[wrong]} in ${first}; the images are not the same.`,
  );
}
