import { messageOf } from '@alexnet/validate';
import { readSmallFile } from '../byte-source.js';
import { ImageList } from '../image-list.js';
import { printable } from '../printable.js';
import { CIFAR_BYTES, type CifarBatch } from './binary-batch.js';
import { isPickledCall, readInertPickle } from './inert-pickle.js';

const LARGEST_BATCH = 1 << 28; // the training images of CIFAR-100 are one file of 155 MB

/** Where the pixels of a batch are in its file. */
interface Rows {
  readonly offset: number;
  readonly count: number;
}

/**
 * Lists a batch of the Python version: a pickled dictionary of `data`, a NumPy array of a row of 3,072 bytes
 * for each image, `labels` (CIFAR-100: `fine_labels`) and `filenames`. The pixels are read from the array in
 * the file.
 *
 * @throws Error of one line that names the file and the binary version if it cannot be read.
 */
export async function pythonBatch(
  path: string,
  { name, labels: key, classes }: { name: string; labels: string; classes: number },
): Promise<CifarBatch> {
  const bytes = await readSmallFile(path, LARGEST_BATCH);
  try {
    const batch = dictionaryOf(bytes);
    const { offset, count } = rowsOf(batch.get('data'), bytes);
    const labels = labelsOf(batch.get(key), key, count, classes);
    const names = textsOf(batch.get('filenames'));
    const list = new ImageList();
    for (let i = 0; i < count; i++) {
      const own = names?.length === count ? names[i] : undefined;
      list.add(own || `${name}_${String(i).padStart(5, '0')}.png`, offset + i * CIFAR_BYTES, CIFAR_BYTES);
    }
    return { list, labels };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Reads the names of the classes from `batches.meta` or `meta`. */
export async function pythonNames(path: string, key: string): Promise<string[]> {
  const bytes = await readSmallFile(path, LARGEST_BATCH);
  try {
    const names = textsOf(dictionaryOf(bytes).get(key));
    if (!names) throw new Error(`it has no list '${key}'`);
    return names;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function dictionaryOf(bytes: Buffer): ReadonlyMap<unknown, unknown> {
  const value = readInertPickle(bytes);
  if (!(value instanceof Map)) throw new Error('it is not a dictionary');
  return value;
}

/** NumPy pickles an array with its bytes as they are, or copies them into a text if Python 3 writes protocol 2. */
function rowsOf(data: unknown, file: Buffer): Rows {
  const [shape, type, isFortran, pixels] = arrayOf(data);
  const [count, width] = Array.isArray(shape) ? (shape as unknown[]) : [];
  if (typeof count !== 'number' || width !== CIFAR_BYTES || isFortran !== false || type !== 'u1') {
    throw new Error(`'data' is not an array of uint8 with ${CIFAR_BYTES} columns, row by row`);
  }
  if (!Buffer.isBuffer(pixels) || pixels.length !== count * CIFAR_BYTES || count === 0) {
    throw new Error(`'data' does not hold the bytes of ${count} images; pickle.dump needs protocol=4`);
  }
  return { offset: pixels.byteOffset - file.byteOffset, count };
}

/** Shape, type, order and bytes of a pickled array. Protocol 5 has another form than the others. */
function arrayOf(data: unknown): readonly unknown[] {
  if (!isPickledCall(data)) return [];
  if (data.callee.endsWith('.multiarray _reconstruct') && Array.isArray(data.state)) {
    const [, shape, type, isFortran, pixels] = data.state as unknown[];
    return [shape, typeOf(type), isFortran, pixels];
  }
  if (!data.callee.endsWith('.numeric _frombuffer')) return [];
  const [pixels, type, shape, order] = data.args;
  return [shape, typeOf(type), order !== 'C', pixels];
}

function typeOf(type: unknown): unknown {
  return isPickledCall(type) && type.callee === 'numpy dtype' ? textOf(type.args[0]) : undefined;
}

function labelsOf(values: unknown, key: string, count: number, classes: number): Uint32Array {
  if (!Array.isArray(values) || values.length !== count) {
    throw new Error(`'${key}' is not a list of ${count} labels`);
  }
  return Uint32Array.from(values as unknown[], (label, i) => {
    if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < classes) return label;
    throw new Error(`the label of image ${i} must be a whole number less than ${classes}, got ${label}`);
  });
}

function textsOf(values: unknown): string[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const texts = values.map(textOf).filter((text) => text !== undefined);
  return texts.length === values.length ? texts : undefined;
}

/** A text, or a string of Python 2. */
function textOf(value: unknown): string | undefined {
  return Buffer.isBuffer(value) ? value.toString('utf8') : typeof value === 'string' ? value : undefined;
}

function unreadable(path: string, error: unknown): Error {
  const reason = printable(messageOf(error));
  return new Error(`${path} cannot be read (${reason}); fetch it again, or the binary version of CIFAR.`, {
    cause: error,
  });
}
