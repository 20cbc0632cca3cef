import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIlsvrc } from '@alexnet/imagenet-reader';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embeddedClasses } from './classes.js';
import { drawJpeg } from './draw-jpeg.js';
import { type EmbeddedIlsvrcCounts, writeEmbeddedIlsvrc } from './write-embedded-ilsvrc.js';

const files = ['ILSVRC2012_devkit_t12.tar.gz', 'ILSVRC2012_img_train.tar', 'ILSVRC2012_img_val.tar'];
const progress: [number, number][] = [];
let root: string;
let dir: string;
let counts: EmbeddedIlsvrcCounts;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'alexnet-embedded-'));
  dir = join(root, 'first');
  counts = await writeEmbeddedIlsvrc(dir, {
    trainPerClass: 2,
    valPerClass: 2,
    onProgress: (done, total) => progress.push([done, total]),
  });
});

afterAll(() => rm(root, { recursive: true, force: true }));

test('it writes the three files of ILSVRC-2012, nothing else, and says what they hold', async () => {
  expect((await readdir(dir)).sort()).toEqual(files);
  expect(counts).toEqual({ classes: 10, train: 20, val: 20 });
  expect(progress).toEqual(Array.from({ length: 40 }, (_, i) => [i + 1, 40]));
});

test('the ILSVRC reader opens it with the same classes, images and labels', async () => {
  const source = await openIlsvrc(dir);
  expect(source.classes.map(({ wnid, words }) => ({ wnid, words }))).toEqual(
    embeddedClasses.map(({ wnid, words }) => ({ wnid, words })),
  );
  expect(source.counts).toEqual({ train: 20, val: 20, test: 0 });
  for (const split of ['train', 'val'] as const) {
    const expected = new Map<string, number>(); // digest of an image -> its label
    for (let label = 0; label < 10; label++) {
      for (const number of [0, 1]) expected.set(digest(await drawJpeg(2012, split, label, number)), label);
    }
    expect(expected.size).toBe(20); // no image appears twice
    for await (const image of source.images(split)) {
      const key = digest(await source.read(image));
      expect(expected.get(key)).toBe(image.label);
      expected.delete(key);
      if (split === 'train') expect(image.name).toContain(`${embeddedClasses[image.label]?.wnid}_`);
    }
    expect(expected.size).toBe(0);
  }
  await source.close();
});

test('the validation images are shuffled over the classes', async () => {
  const source = await openIlsvrc(dir);
  const labels: number[] = [];
  for await (const image of source.images('val')) labels.push(image.label);
  await source.close();
  expect(labels).not.toEqual([...labels].sort((a, b) => a - b));
});

test('the same seed gives the same bytes, another seed gives other images', async () => {
  const second = join(root, 'second');
  await writeEmbeddedIlsvrc(second, { trainPerClass: 2, valPerClass: 2 });
  for (const file of files) {
    expect(digest(await readFile(join(second, file)))).toBe(digest(await readFile(join(dir, file))));
  }
  expect(await drawJpeg(1, 'train', 0, 0)).not.toEqual(await drawJpeg(2, 'train', 0, 0));
});

test('an image does not depend on how many are written with it', async () => {
  const source = await openIlsvrc(dir);
  const found: string[] = [];
  for await (const image of source.images('train')) found.push(digest(await source.read(image)));
  await source.close();
  expect(found).toContain(digest(await drawJpeg(2012, 'train', 3, 1)));
});

test('images are JPEGs of the sizes of small photographs, upright and wide', async () => {
  const sizes: [number, number][] = [];
  for (let number = 0; number < 12; number++) {
    const jpeg = await drawJpeg(5, 'train', number % 10, number);
    const { format, width, height } = await sharp(jpeg).metadata();
    expect(format).toBe('jpeg');
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(200);
    expect(Math.max(width, height)).toBeLessThanOrEqual(500);
    sizes.push([width, height]);
  }
  expect(sizes.some(([width, height]) => width > height)).toBe(true);
  expect(sizes.some(([width, height]) => width < height)).toBe(true);
});

test('an aborted run throws the reason and leaves nothing that looks whole', async () => {
  const aborted = join(root, 'aborted');
  const controller = new AbortController();
  const writing = writeEmbeddedIlsvrc(aborted, {
    trainPerClass: 2,
    valPerClass: 2,
    signal: controller.signal,
    onProgress: (done) => done === 3 && controller.abort(new Error('enough')),
  });
  await expect(writing).rejects.toThrow('enough');
  expect(await readdir(aborted)).toEqual([]);
});

test('bad input names the rule and the value', async () => {
  await expect(writeEmbeddedIlsvrc(root, { trainPerClass: 0 })).rejects.toThrow(
    'trainPerClass must be a whole number >= 1 (writeEmbeddedIlsvrc), got 0.',
  );
  await expect(writeEmbeddedIlsvrc(root, { valPerClass: 1.5 })).rejects.toThrow(RangeError);
  await expect(drawJpeg(1, 'val', 10, 0)).rejects.toThrow('0 .. 9 (drawJpeg), got 10.');
});

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
