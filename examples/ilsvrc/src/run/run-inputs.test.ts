import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/alexnet.js';
import { readRunInputs, writeRunInputs } from './run-inputs.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const inputs = {
  size: 2,
  channelMeans: [1.5, 2.5, 1 / 3] as const,
  classes: [{ wnid: 'n01440764', words: 'tench, Tinca tinca' }],
  meanImage: Float32Array.from({ length: 12 }, (_, i) => i / 7),
};

test('what is written is read back to the last bit, and is not written twice', async () => {
  const path = join(folder.path, 'inputs');
  expect(await readRunInputs(path)).toBeUndefined();
  await writeRunInputs(path, inputs);
  expect(await readRunInputs(path)).toEqual(inputs);
  await writeRunInputs(path, { ...inputs, channelMeans: [0, 0, 0] });
  expect(await readRunInputs(path)).toEqual(inputs);
});

test('a missing or damaged file is named, with a remedy', async () => {
  const path = join(folder.path, 'damaged');
  const remedy = `remove ${path} to have it read from the run's data again.`;
  const [image, numbers] = [join(path, 'mean-image.f32'), join(path, 'inputs.json')];
  await writeRunInputs(path, inputs);
  const bytes = await readFile(image);
  const text = await readFile(numbers, 'utf8');
  bytes[5] = 1 + (bytes[5] ?? 0);
  await writeFile(image, bytes);
  await expect(readRunInputs(path)).rejects.toThrow(`${image} is damaged; ${remedy}`);
  await truncate(image, 8);
  await expect(readRunInputs(path)).rejects.toThrow(`${image} is damaged; ${remedy}`);
  await rm(image);
  await expect(readRunInputs(path)).rejects.toThrow(`${image} is missing; ${remedy}`);
  for (const wrong of [
    '{',
    'null',
    text.replace('"size": 2', '"size": "2"'),
    text.replace('words', 'word'),
  ]) {
    await writeFile(numbers, wrong);
    await expect(readRunInputs(path)).rejects.toThrow(`${numbers} is damaged; ${remedy}`);
  }
});
