import type { ByteSource } from '../byte-source.js';
import { ImageList } from '../image-list.js';

/** The images of one batch in its own order, each with the range of its pixels, and their labels. */
export interface CifarBatch {
  readonly list: ImageList;
  readonly labels: Uint32Array;
}

/** An image of CIFAR: 32 x 32 red values, then green, then blue. */
export const CIFAR_SIZE = { width: 32, height: 32 } as const;
export const CIFAR_BYTES: number = 3 * 32 * 32;

const RECORDS_AT_ONCE = 1000;

/**
 * Lists a batch of the binary version: records of a label (CIFAR-100: the coarse label, then the fine one)
 * and the pixels. Any number of records is accepted.
 *
 * @throws Error that names the file if it ends inside a record or a label is not one of the classes.
 */
export async function binaryBatch(
  source: ByteSource,
  { name, labelBytes, classes }: { name: string; labelBytes: number; classes: number },
): Promise<CifarBatch> {
  const { path, size } = source;
  const record = labelBytes + CIFAR_BYTES;
  const count = size / record;
  if (!Number.isInteger(count) || count === 0) {
    throw new Error(
      `${path} has ${size} bytes, which is not a number of records of ${record} bytes; fetch it again.`,
    );
  }
  const list = new ImageList();
  const labels = new Uint32Array(count);
  for (let first = 0; first < count; first += RECORDS_AT_ONCE) {
    const bytes = await source.read(first * record, RECORDS_AT_ONCE * record);
    for (let at = 0; at + record <= bytes.length; at += record) {
      const label = bytes[at + labelBytes - 1] ?? 0;
      const number = list.count;
      if (label >= classes) {
        throw new Error(
          `${path}: the label of image ${number} must be less than ${classes}, got ${label}; fetch it again.`,
        );
      }
      labels[number] = label;
      list.add(`${name}_${String(number).padStart(5, '0')}.png`, number * record + labelBytes, CIFAR_BYTES);
    }
  }
  return { list, labels };
}
