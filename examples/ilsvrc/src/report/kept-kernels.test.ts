import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/alexnet.js';
import { conv1Figure } from './conv1-figure.js';
import { keepKernels, keptEpochs, readKernels } from './kept-kernels.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const kernels = (level: number) =>
  [{ shape: [2, 2, 3, 2], data: Array.from({ length: 24 }, (_, i) => i - level) }] as const;
const filesOf = (epochs: readonly number[]): string[] =>
  epochs.map((epoch) => `epoch-${String(epoch).padStart(3, '0')}.png`);

test('at most 20 images of a run are kept, at equal distances, including the first and the last', () => {
  expect(keptEpochs(1)).toEqual([1]);
  expect(keptEpochs(6)).toEqual([1, 2, 3, 4, 5, 6]);
  for (let epochs = 1; epochs <= 400; epochs++) {
    const kept = keptEpochs(epochs);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(epochs, 10));
    expect([kept[0], kept.at(-1)]).toEqual([1, epochs]);
    const gaps = kept.slice(1, -1).map((epoch, i) => epoch - (kept[i] as number));
    expect(new Set(gaps).size).toBeLessThanOrEqual(1);
    const before = new Set(keptEpochs(epochs - 1));
    for (const epoch of kept.slice(0, -1)) expect(before.has(epoch)).toBe(true); // no kept epoch was removed before
  }
});

test('a killed and resumed run keeps the same images as an uninterrupted run', async () => {
  const [whole, resumed] = [join(folder.path, 'whole'), join(folder.path, 'resumed')];
  for (let epoch = 1; epoch <= 45; epoch++) await keepKernels(whole, epoch, kernels(epoch));
  for (let epoch = 1; epoch <= 43; epoch++) await keepKernels(resumed, epoch, kernels(epoch));
  await keepKernels(resumed, 30, kernels(30));
  expect((await readdir(resumed)).sort().at(-1)).toBe('epoch-030.png');
  for (let epoch = 31; epoch <= 45; epoch++) await keepKernels(resumed, epoch, kernels(epoch));
  expect((await readdir(resumed)).sort()).toEqual((await readdir(whole)).sort());
  expect((await readdir(whole)).sort()).toEqual(filesOf(keptEpochs(45)));
  for (const name of await readdir(whole)) {
    expect(await readFile(join(resumed, name))).toEqual(await readFile(join(whole, name)));
  }
  expect(await readFile(join(whole, 'epoch-045.png'))).toEqual(await conv1Figure(kernels(45)));
});

test('a report reads some of them, including the first and the last', async () => {
  const whole = join(folder.path, 'whole');
  const read = await readKernels(whole, 4);
  expect(read.map(({ epoch }) => epoch)).toEqual([1, 17, 29, 45]);
  expect(read.at(-1)?.png).toEqual(await readFile(join(whole, 'epoch-045.png')));
  expect(await readKernels(whole, 99)).toHaveLength(keptEpochs(45).length);
  expect(await readKernels(join(folder.path, 'nothing'), 4)).toEqual([]);
});

test('a network without conv1 keeps nothing; a folder that cannot be written is named', async () => {
  await keepKernels(join(folder.path, 'none'), 1, []);
  expect(await readdir(folder.path)).not.toContain('none');
  await mkdir(join(folder.path, 'taken/epoch-001.png/inner'), { recursive: true });
  await expect(keepKernels(join(folder.path, 'taken'), 1, kernels(1))).rejects.toThrow(
    /epoch-001\.png: could not be written/,
  );
});
