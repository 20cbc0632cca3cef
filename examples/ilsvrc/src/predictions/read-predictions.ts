import { readClasses } from './classes-file.js';
import { NpyFile } from './npy.js';
import { labelsFile } from './predictions-writer.js';
import { readLines } from './read-lines.js';
import { requireFile } from './require-file.js';

/** Consecutive images of a predictions file. */
export interface PredictionRows {
  labels: Int32Array;
  /** `[labels.length, classes]`. */
  probabilities: Float32Array;
}

/** A predictions file that is read in batches. */
export interface PredictionsFile {
  path: string;
  images: number;
  classes: number;
  /** The IDs of the classes by label, if they were written with the predictions. */
  ids?: readonly string[];
  /** @throws Error that names the file and the image, if a prediction is invalid. */
  batches(size: number): AsyncGenerator<PredictionRows>;
}

/** More than ImageNet's 21,841. The limit bounds the memory for the counts of class pairs. */
const MOST_CLASSES = 1 << 15;

/**
 * Opens a file that `evaluate --predictions` or NumPy wrote.
 *
 * @throws Error that names the file, if it is damaged.
 */
export async function openPredictions(path: string): Promise<PredictionsFile> {
  const file = path.endsWith('.npy') ? await openNpy(path) : await openJsonLines(path);
  if (file.images < 1 || file.classes < 2 || file.classes > MOST_CLASSES) {
    throw new Error(`${path}: ${file.images} images of ${file.classes} classes cannot be evaluated.`);
  }
  const ids = await readClasses(path, file.classes);
  return { ...file, ...(ids && { ids }), batches: (size) => checked(file, size) };
}

async function* checked(file: PredictionsFile, size: number): AsyncGenerator<PredictionRows> {
  let first = 0;
  for await (const rows of file.batches(size)) {
    const { labels, probabilities } = rows;
    labels.forEach((label, i) => {
      if (label >= 0 && label < file.classes) return;
      throw new Error(
        `${file.path}: image ${first + i} has label ${label}; labels must be 0 .. ${file.classes - 1}.`,
      );
    });
    probabilities.forEach((value, i) => {
      if (value >= 0 && value <= 1) return;
      const image = first + Math.floor(i / file.classes);
      throw new Error(
        `${file.path}: image ${image} has probability ${value}; probabilities must be in 0 .. 1.`,
      );
    });
    yield rows;
    first += labels.length;
  }
}

async function openNpy(path: string): Promise<PredictionsFile> {
  const rows = await NpyFile.open(path, ['<f4'], 2);
  await rows.close();
  const [images = 0, classes = 0] = rows.shape;
  const labelled = await NpyFile.open(labelsFile(path), ['<i4', '<i8'], 1);
  await labelled.close();
  if (labelled.shape[0] !== images) {
    throw new Error(`${labelsFile(path)}: there are ${labelled.shape[0]} labels for ${images} images.`);
  }
  return { path, images, classes, batches: (size) => npyBatches(path, images, size) };
}

async function* npyBatches(path: string, images: number, size: number): AsyncGenerator<PredictionRows> {
  const rows = await NpyFile.open(path, ['<f4'], 2);
  try {
    const labelled = await NpyFile.open(labelsFile(path), ['<i4', '<i8'], 1);
    try {
      for (let first = 0; first < images; first += size) {
        const count = Math.min(size, images - first);
        const labels = await labelled.rows(first, count);
        yield {
          labels: labelled.type === '<i4' ? new Int32Array(labels) : fromInt64(new BigInt64Array(labels)),
          probabilities: new Float32Array(await rows.rows(first, count)),
        };
      }
    } finally {
      await labelled.close();
    }
  } finally {
    await rows.close();
  }
}

/** Labels as int32; those that do not fit become -1, which is not a valid label. */
function fromInt64(labels: BigInt64Array): Int32Array {
  return Int32Array.from(labels, (label) => (label >= 0n && label < 2n ** 31n ? Number(label) : -1));
}

async function openJsonLines(path: string): Promise<PredictionsFile> {
  await requireFile(path);
  for await (const line of readLines(path)) {
    const { images, probabilities } = parseLine(line, path, 0);
    const classes = probabilities.length;
    return { path, images, classes, batches: (size) => jsonBatches(path, images, classes, size) };
  }
  throw new Error(`${path}: the file is empty.`);
}

async function* jsonBatches(
  path: string,
  images: number,
  classes: number,
  size: number,
): AsyncGenerator<PredictionRows> {
  let labels: number[] = [];
  let rows: number[][] = [];
  let read = 0;
  const batch = (): PredictionRows => ({
    labels: Int32Array.from(labels),
    probabilities: Float32Array.from(rows.flat()),
  });
  for await (const text of readLines(path)) {
    const line = parseLine(text, path, read);
    if (
      line.index !== read ||
      read >= images ||
      line.images !== images ||
      line.probabilities.length !== classes
    ) {
      throw new Error(
        `${path}: line ${read + 1} is image ${line.index} of ${line.images} with ${line.probabilities.length} classes, not ${read} of ${images} with ${classes}.`,
      );
    }
    labels.push(line.label);
    rows.push(line.probabilities);
    read++;
    if (labels.length < size) continue;
    yield batch();
    [labels, rows] = [[], []];
  }
  if (read !== images) throw new Error(`${path}: the file has ${read} of ${images} images; it was cut off.`);
  if (labels.length > 0) yield batch();
}

interface PredictionLine {
  index: number;
  images: number;
  label: number;
  probabilities: number[];
}

function parseLine(text: string, path: string, number: number): PredictionLine {
  let line: Partial<PredictionLine> | null;
  try {
    line = JSON.parse(text);
  } catch {
    throw new Error(`${path}: line ${number + 1} is not JSON; the file was cut off or damaged.`);
  }
  const { index, images, label, probabilities } = line ?? {};
  const isLine =
    [index, images, label].every((value) => Number.isSafeInteger(value)) &&
    Array.isArray(probabilities) &&
    probabilities.every((value) => typeof value === 'number');
  if (isLine) return line as PredictionLine;
  throw new Error(`${path}: line ${number + 1} must be {index, images, label, probabilities}.`);
}
