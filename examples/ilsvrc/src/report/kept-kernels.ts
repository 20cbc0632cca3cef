import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@alexnet/durable-files';
import { type Conv1Kernels, conv1Figure } from './conv1-figure.js';
import type { EpochKernels } from './kernels-strip.js';
import { pickEvenly } from './thin-series.js';

/** The most images that a run keeps, however long it is. */
const MOST = 20;

/**
 * Saves an image of conv1 after an epoch, counted from 1, as `epoch-001.png`. The number of the epoch alone
 * determines which images a folder keeps, so a resumed run keeps the same ones; images of later epochs of a
 * killed run are removed.
 */
export async function keepKernels(
  folder: string,
  epoch: number,
  towers: readonly Conv1Kernels[],
): Promise<void> {
  if (towers.length === 0) return;
  await mkdir(folder, { recursive: true });
  const png = await conv1Figure(towers);
  await replaceFile(join(folder, fileName(epoch)), png);
  const kept = new Set(keptEpochs(epoch));
  const removed = (await epochsIn(folder)).filter((there) => !kept.has(there));
  await Promise.all(removed.map((there) => rm(join(folder, fileName(there)), { force: true })));
}

/** The images in a folder in the order of their epochs, at most `most`, including the first and the last. */
export async function readKernels(folder: string, most: number): Promise<EpochKernels[]> {
  const epochs = pickEvenly(await epochsIn(folder), most);
  return Promise.all(
    epochs.map(async (epoch) => ({ epoch, png: await readFile(join(folder, fileName(epoch))) })),
  );
}

/**
 * The epochs that are kept of the first `epochs`: the first, the ones at a stride of a power of two, and the
 * last.
 */
export function keptEpochs(epochs: number): number[] {
  let stride = 1;
  while (Math.ceil(epochs / stride) + 1 > MOST) stride *= 2;
  const kept = Array.from({ length: Math.ceil(epochs / stride) }, (_, i) => 1 + i * stride);
  return kept.at(-1) === epochs ? kept : [...kept, epochs];
}

function fileName(epoch: number): string {
  return `epoch-${String(epoch).padStart(3, '0')}.png`;
}

async function epochsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const epochs = names.flatMap((name) => /^epoch-(\d+)\.png$/.exec(name)?.[1] ?? []).map(Number);
  return epochs.sort((a, b) => a - b);
}
