import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failure, temporaryFolder, writeFiles } from './generate-ilsvrc.test-data.js';
import type { IlsvrcSource, Split } from './ilsvrc-source.js';
import { openIlsvrc } from './open-ilsvrc.js';
import { splitValidation } from './split-validation.js';

/** A data set with only `train/`, and this many images in each class. */
async function onlyTrain(counts: Readonly<Record<string, number>>): Promise<IlsvrcSource> {
  const dir = await temporaryFolder();
  for (const [name, count] of Object.entries(counts)) {
    const files = Array.from({ length: count }, (_, n) => ({
      name: `${name}${String(n).padStart(3, '0')}.jpg`,
      bytes: Buffer.from(`${name} ${n}`),
    }));
    await writeFiles(join(dir, 'train', name), files);
  }
  return openIlsvrc(dir);
}

async function namesOf(source: IlsvrcSource, split: Split, from?: number): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of source.images(split, from)) names.push(name);
  return names;
}

test('the same fraction of every class is held out, and the rest is trained on', async () => {
  const source = await onlyTrain({ a: 40, b: 20, c: 2 });
  const split = await splitValidation(source, { fraction: 0.1 });
  const [train, val] = [await namesOf(split, 'train'), await namesOf(split, 'val')];
  expect(split.counts).toEqual({ train: 55, val: 7, test: 0 });
  const ofClass = (name: string): number => val.filter((file) => file.startsWith(name)).length;
  expect([ofClass('a'), ofClass('b'), ofClass('c')]).toEqual([4, 2, 1]);
  expect([...train, ...val].sort()).toEqual(await namesOf(source, 'train'));
  expect(val.join()).not.toBe('a000.jpg,a001.jpg,a002.jpg,a003.jpg,b000.jpg,b001.jpg,c000.jpg');
  for await (const image of split.images('val')) {
    expect(image.label).toBe('abc'.indexOf(image.name[0] as string));
    expect(String(await split.read(image))).toBe(
      `${image.name[0]} ${Number.parseInt(image.name.slice(1), 10)}`,
    );
  }
});

test('the draw is the same every time, and another with another seed', async () => {
  const source = await onlyTrain({ a: 40, b: 20 });
  const drawn = async (seed?: number): Promise<string[]> =>
    namesOf(await splitValidation(source, { fraction: 0.2, ...(seed !== undefined && { seed }) }), 'val');
  expect(await drawn()).toEqual(await drawn(0));
  expect(await drawn(1)).not.toEqual(await drawn(0));
  expect(await drawn(1)).toHaveLength(12);
});

test('both splits can be listed from any image on', async () => {
  const split = await splitValidation(await onlyTrain({ a: 9, b: 5 }), { fraction: 0.4 });
  for (const name of ['train', 'val'] as const) {
    const all = await namesOf(split, name);
    expect(all).toHaveLength(split.counts[name]);
    for (let from = 0; from <= all.length + 1; from++) {
      expect(await namesOf(split, name, from)).toEqual(all.slice(from));
    }
  }
});

test('what cannot be split is refused in one line', async () => {
  const source = await onlyTrain({ a: 4, b: 1 });
  for (const fraction of [0, 1, -0.5, Number.NaN]) {
    expect(await failure(splitValidation(source, { fraction }))).toBe(
      `fraction must be greater than 0 and less than 1 (splitValidation), got ${fraction}.`,
    );
  }
  expect(await failure(splitValidation(source, { fraction: 0.5, seed: -1 }))).toMatch(/^seed must be/);
  expect(await failure(splitValidation(source, { fraction: 0.5 }))).toBe(
    `${source.path}: class b has only one training image, so none can be held out for validation.`,
  );
  const split = await splitValidation(await onlyTrain({ a: 4, b: 4 }), { fraction: 0.25 });
  expect(await failure(splitValidation(split, { fraction: 0.25 }))).toBe(
    `${split.path} has 2 validation images, so none are held out from its training images.`,
  );
  const { signal } = { signal: AbortSignal.abort(new Error('enough')) };
  expect(await failure(splitValidation(await onlyTrain({ a: 4 }), { fraction: 0.5, signal }))).toBe('enough');
});
