import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failure, jpeg, packTar, temporaryFolder } from '../source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../source/open-ilsvrc.js';
import { planPrepare } from './plan-prepare.js';
import { prepare } from './prepare.js';

/** A folder with one shard of images with these labels. */
async function writeShard(labels: readonly number[]): Promise<string> {
  const dir = await temporaryFolder();
  const bytes = await jpeg(1);
  const files = labels.flatMap((label, i) => [
    { name: `k${i}.jpg`, bytes },
    { name: `k${i}.cls`, bytes: Buffer.from(String(label)) },
  ]);
  await writeFile(join(dir, 'train-000000.tar'), await packTar(files));
  return dir;
}

/** The error of both doors, which must write nothing. */
async function refusal(dir: string): Promise<string> {
  const source = await openIlsvrc(dir);
  const planned = await failure(planPrepare(source, join(dir, 'out'), { size: 8 }));
  expect(await failure(prepare(source, join(dir, 'out'), { size: 8 }))).toBe(planned);
  expect((await readdir(dir)).filter((name) => name.startsWith('out'))).toEqual([]);
  await source.close();
  return planned.replace(dir, 'data');
}

test('labels that count from 1 are refused before the work begins', async () => {
  const dir = await writeShard([1, 2, 3, 1, 2, 3]);
  expect(await refusal(dir)).toBe(
    'data: no training image has label 0, but all labels from 1 to 3 occur, so they seem to count from 1; subtract 1 from each and pack the shards again.',
  );
  await writeFile(join(dir, 'classnames.txt'), 'cat\ndog\nfox\n');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}: no image has label 0 and ${dir}/classnames.txt lists 3 classes, so the labels seem to count from 1; subtract 1 from each and pack the shards again.`,
  );
});

test('some shards of a set, without all of its classes, are refused before the work begins', async () => {
  const dir = await writeShard([0, 2, 5]);
  expect(await refusal(dir)).toBe(
    'data: 3 of the 6 classes have no training images (label 1, label 3, label 4); add the shards that hold them, or number the classes that are there from 0.',
  );
  await writeFile(
    join(dir, 'synset_words.txt'),
    Array.from({ length: 8 }, (_, i) => `n0000000${i} word\n`).join(''),
  );
  expect(await refusal(dir)).toContain('5 of the 8 classes have no training images (label 1: n00000001, ');
});

test('a set with images of every class, and one without validation images, are prepared', async () => {
  const dir = await writeShard([0, 1, 1]);
  const source = await openIlsvrc(dir);
  expect((await prepare(source, join(dir, 'out'), { size: 8 })).images.train).toBe(3);
  await source.close();
});
