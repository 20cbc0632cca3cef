import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
  contents,
  expectedTrain,
  failure,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  WNIDS,
  writeClasses,
  writeFiles,
} from '../generate-ilsvrc.test-data.js';
import type { IlsvrcSource } from '../ilsvrc-source.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const sorted = [...WNIDS].sort();
const NO_MAPPING =
  'LOC_synset_mapping.txt is missing: classes have no words, and labels follow the order of class names.';
const NO_SOLUTION = (dir: string): string =>
  `val is left out because its labels are missing; fetch LOC_val_solution.csv of Kaggle's data to ${dir}, or sort its images into class folders with valprep.sh.`;

let data: TestIlsvrc;
beforeAll(async () => {
  data = await testIlsvrc(2, 4);
});

/** Writes `ILSVRC/Data/CLS-LOC` with flat validation images, and the tables beside it. */
async function writeKaggle(dir: string): Promise<void> {
  const images = join(dir, 'ILSVRC/Data/CLS-LOC');
  for (const [wnid, files] of data.train) await writeFiles(join(images, 'train', wnid), files);
  await writeFiles(join(images, 'val'), data.val);
  await writeTables(dir);
}

async function writeTables(dir: string): Promise<void> {
  const mapping = sorted.map((wnid) => `${wnid} words of ${wnid}\n`);
  await writeFile(join(dir, 'LOC_synset_mapping.txt'), mapping.join(''));
  const rows = data.val.map(({ name }) => `${name.replace('.JPEG', '')},${valWnids().get(name)} 1 2 3 4 \n`);
  await writeFile(join(dir, 'LOC_val_solution.csv'), `ImageId,PredictionString\n${rows.join('')}`);
}

const valWnids = (): Map<string, string | undefined> =>
  new Map(data.val.map(({ name }, i) => [name, WNIDS[(data.valIds[i] ?? 0) - 1]]));

async function expectAll(source: IlsvrcSource, words = true): Promise<void> {
  expect([source.layout, source.counts, source.missing]).toEqual([
    'kaggle',
    { train: 8, val: 4, test: 0 },
    words ? [] : [expect.stringContaining(NO_MAPPING)],
  ]);
  expect(source.classes[0]?.words).toBe(words ? 'words of n01440764' : 'n01440764');
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, sorted));
  const val = await contents(source, 'val');
  expect(new Map(val.map(([name, label]) => [name, source.classes[label]?.wnid]))).toEqual(valWnids());
  await source.close();
}

test.each(['ILSVRC', 'ILSVRC/Data', 'ILSVRC/Data/CLS-LOC'])(
  'reads Kaggle’s files from %s, with the tables of the folder above ILSVRC',
  async (folder) => {
    const dir = await temporaryFolder();
    await writeKaggle(dir);
    await expectAll(await openIlsvrc(join(dir, folder)));
  },
);

test('reads Kaggle’s images that were moved away, beside their tables', async () => {
  const dir = await temporaryFolder();
  await writeKaggle(dir);
  await rename(join(dir, 'ILSVRC/Data/CLS-LOC'), join(dir, 'images'));
  await writeTables(join(dir, 'images'));
  await expectAll(await openIlsvrc(join(dir, 'images')));
});

test('without the tables, sorted validation images and class names in order give the labels', async () => {
  const dir = await temporaryFolder();
  await writeClasses(join(dir, 'ILSVRC/Data/CLS-LOC'), data);
  await expectAll(await openIlsvrc(dir), false);
  await writeTables(dir);
  await expectAll(await openIlsvrc(dir));
});

test('without the tables, it says which are missing and opens the training images', async () => {
  const dir = await temporaryFolder();
  await writeKaggle(dir);
  for (const name of ['LOC_synset_mapping.txt', 'LOC_val_solution.csv']) await rm(join(dir, name));
  const images = join(dir, 'ILSVRC/Data/CLS-LOC');
  await mkdir(join(images, 'test'));
  const source = await openIlsvrc(images);
  expect([source.layout, source.counts]).toEqual(['kaggle', { train: 8, val: 0, test: 0 }]);
  expect(source.missing).toEqual([
    `${images}/${NO_MAPPING}`,
    `${images}/${NO_SOLUTION(images)}`,
    `${images}/test is left out because the labels of its images were never published.`,
  ]);
  await rm(join(images, 'train'), { recursive: true });
  expect(await failure(openIlsvrc(images))).toContain(
    `${images} holds no images with labels: ${images}/LOC_`,
  );
});

test('another name of the validation folder is taken, and an empty one is refused', async () => {
  const dir = await temporaryFolder();
  await writeKaggle(dir);
  const val = join(dir, 'ILSVRC/Data/CLS-LOC/val');
  await rename(val, `${val}2`);
  await expectAll(await openIlsvrc(dir, { valFolder: 'val2' }));
  await mkdir(join(val, 'n01440764'), { recursive: true });
  expect(await failure(openIlsvrc(dir))).toBe(`${val} holds no images; fetch or unpack them again.`);
});
