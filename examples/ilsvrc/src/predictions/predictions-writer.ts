import { PartialFile } from '@alexnet/durable-files';
import { npyHeader } from './npy.js';

/** Enough digits to restore every float32 exactly. */
const FLOAT32_DIGITS = 9;

/** Writes predictions batch by batch. The files have temporary names until {@link finish}. */
export interface PredictionsWriter {
  add(indices: Uint32Array, labels: Int32Array, probabilities: Float32Array): Promise<void>;
  /** Gives the files their final names. */
  finish(): Promise<void>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}

/** The file of the labels that belong to a `.npy` file of probabilities: `ten-labels.npy` for `ten.npy`. */
export function labelsFile(path: string): string {
  return path.replace(/\.npy$/, '-labels.npy');
}

/**
 * Writes probabilities, float32 `[images, classes]`, to `x.npy` and labels, int32 `[images]`, to
 * `x-labels.npy`.
 */
export async function npyWriter(path: string, images: number, classes: number): Promise<PredictionsWriter> {
  const rows = await PartialFile.create(path);
  const labelled = await PartialFile.create(labelsFile(path)).catch(async (error) => {
    await rows.abandon();
    throw error;
  });
  const files = [labelled, rows];
  await rows.write(npyHeader('<f4', [images, classes]));
  await labelled.write(npyHeader('<i4', [images]));
  return {
    async add(_, labels, probabilities) {
      await rows.write(bytesOf(probabilities));
      await labelled.write(bytesOf(labels));
    },
    finish: () => finish(files),
    abandon: () => abandon(files),
  };
}

/** Writes a line of JSON per image: index, number of images, label, probabilities. */
export async function jsonLinesWriter(
  path: string,
  images: number,
  classes: number,
): Promise<PredictionsWriter> {
  const file = await PartialFile.create(path);
  return {
    async add(indices, labels, probabilities) {
      const lines = Array.from(indices, (index, i) => {
        const row = probabilities.subarray(i * classes, (i + 1) * classes);
        const digits = Array.from(row, (value) => Number(value.toPrecision(FLOAT32_DIGITS)));
        return `${JSON.stringify({ index, images, label: labels[i], probabilities: digits })}\n`;
      });
      await file.write(Buffer.from(lines.join('')));
    },
    finish: () => finish([file]),
    abandon: () => abandon([file]),
  };
}

async function finish(files: readonly PartialFile[]): Promise<void> {
  for (const file of files) await file.end();
  for (const file of files) await file.rename();
}

async function abandon(files: readonly PartialFile[]): Promise<void> {
  for (const file of files) await file.abandon();
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
