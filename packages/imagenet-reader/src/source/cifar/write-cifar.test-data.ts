import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gradient } from '../generate-ilsvrc.test-data.js';

/** Writes CIFAR-10 or CIFAR-100 as its binary archive unpacks, with a few images in every batch. */
export async function writeBinaryCifar(
  folder: string,
  batches: Readonly<Record<string, readonly number[]>>,
  { labelBytes = 1 }: { labelBytes?: 1 | 2 } = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, labels] of Object.entries(batches)) {
    const records = labels.map((label, i) => {
      const label12 = labelBytes === 2 ? [label % 20, label] : [label];
      return Buffer.concat([Buffer.from(label12), planesOf(cifarPixels(name, i))]);
    });
    await writeFile(join(folder, name), Buffer.concat(records));
  }
}

/** The RGB bytes of an image of a batch, pixel by pixel. */
export function cifarPixels(batch: string, number: number): Buffer {
  return gradient(number + 100 * batch.charCodeAt(batch.length - 5), 32, 32);
}

function planesOf(pixels: Buffer): Buffer {
  const planes = Buffer.alloc(pixels.length);
  for (const [i, value] of pixels.entries()) planes[(i % 3) * 1024 + Math.floor(i / 3)] = value;
  return planes;
}
