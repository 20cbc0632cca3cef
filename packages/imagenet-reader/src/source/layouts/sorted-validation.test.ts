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
  writeFolders,
  writeTars,
} from '../generate-ilsvrc.test-data.js';
import type { IlsvrcSource } from '../ilsvrc-source.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const TRAIN = 'ILSVRC2012_img_train.tar';
const VAL = 'ILSVRC2012_img_val.tar';
const DEVKIT = 'ILSVRC2012_devkit_t12.tar.gz';
const sorted = [...WNIDS].sort();

let data: TestIlsvrc;
beforeAll(async () => {
  data = await testIlsvrc(2, 4);
});

/** Writes the tars, and the class folders that unpacking and `valprep.sh` make; some files are removed. */
async function write(dir: string, without: readonly string[]): Promise<void> {
  await writeTars(dir, data);
  await writeClasses(dir, data);
  for (const name of without) await rm(join(dir, name), { recursive: true });
}

/** File names with the WordNet IDs of their labels. */
async function wnidsOf(
  source: IlsvrcSource,
  split: 'train' | 'val',
): Promise<Map<string, string | undefined>> {
  const images = await contents(source, split);
  return new Map(images.map(([name, label]) => [name, source.classes[label]?.wnid]));
}

const valWnids = (): Map<string, string | undefined> =>
  new Map(data.val.map(({ name }, i) => [name, WNIDS[(data.valIds[i] ?? 0) - 1]]));

test.each([
  ['a devkit', [VAL, 'train'], WNIDS, [`DIR has 8 of the 5200 training images that the devkit lists.`]],
  [
    'no devkit',
    [VAL, 'train', DEVKIT],
    sorted,
    [`DIR/${DEVKIT} is missing: classes have no words, and training labels follow the order of class names.`],
  ],
  [
    'the validation tar and no devkit',
    ['train', DEVKIT],
    sorted,
    [
      `DIR/${DEVKIT} is missing: classes have no words, and training labels follow the order of class names.`,
      `DIR/${VAL} is left out: the class folders of DIR/val are used.`,
    ],
  ],
])('reads sorted validation images beside the training tar with %s', async (_, without, order, missing) => {
  const dir = await temporaryFolder();
  await write(dir, without);
  const source = await openIlsvrc(dir);
  expect(source).toMatchObject({ layout: 'tars', counts: { train: 8, val: 4, test: 0 } });
  expect(source.missing).toEqual(missing.map((line) => line.replaceAll('DIR', dir)));
  expect(source.classes.map(({ wnid }) => wnid)).toEqual(order);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, order));
  expect(await wnidsOf(source, 'val')).toEqual(valWnids());
  await source.close();
});

test('reads an unpacked training set beside the validation tar and the devkit', async () => {
  const dir = await temporaryFolder();
  await write(dir, [TRAIN, 'val']);
  const source = await openIlsvrc(dir);
  expect([source.layout, source.counts]).toEqual(['tars', { train: 8, val: 4, test: 0 }]);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, WNIDS));
  expect(await wnidsOf(source, 'val')).toEqual(valWnids());
  await source.close();
  await rm(join(dir, DEVKIT));
  expect((await openIlsvrc(dir)).missing.at(-1)).toBe(
    `${dir}/${VAL} is left out because its labels are missing; fetch ${DEVKIT} to ${dir}.`,
  );
});

test('unpacked folders win over tars of the same images, which are said to be left out', async () => {
  const dir = await temporaryFolder();
  await write(dir, []);
  expect(await openIlsvrc(dir)).toMatchObject({
    layout: 'classes',
    counts: { train: 8, val: 4, test: 0 },
    missing: [
      `${dir}/${TRAIN} is left out: the class folders of ${dir}/train are used.`,
      `${dir}/${VAL} is left out: the class folders of ${dir}/val are used.`,
      `Not used in ${dir}: ${DEVKIT}.`,
    ],
  });
  await rm(join(dir, 'val'), { recursive: true });
  const source = await openIlsvrc(dir);
  expect(source.counts).toEqual({ train: 8, val: 4, test: 0 });
  expect(source.missing[0]).toBe(`${dir}/${TRAIN} is left out: the class folders of ${dir}/train are used.`);
  await source.close();
});

test('a sorted folder of another name is taken if it is named', async () => {
  const dir = await temporaryFolder();
  await write(dir, [VAL, 'train']);
  await rename(join(dir, 'val'), join(dir, 'held-out'));
  const source = await openIlsvrc(dir, { valFolder: 'held-out' });
  expect(await wnidsOf(source, 'val')).toEqual(valWnids());
  await source.close();
});

test('a sorted folder without images or with a strange class is an error that names it', async () => {
  const dir = await temporaryFolder();
  await write(dir, ['train', 'val']);
  await mkdir(join(dir, 'val/n01440764'), { recursive: true });
  expect(await failure(openIlsvrc(dir))).toBe(`${dir}/val holds no images; fetch or unpack them again.`);
  await mkdir(join(dir, 'val/strange'), { recursive: true });
  expect(await failure(openIlsvrc(dir))).toContain(`${dir}/val/strange is not a class of this data set`);
});

test('a flat validation folder beside the training tar has its labels from the devkit', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, data);
  await rm(join(dir, VAL));
  await writeFolders(join(dir, 'unpacked'), data);
  await rename(join(dir, 'unpacked/val'), join(dir, 'val'));
  await rm(join(dir, 'unpacked'), { recursive: true });
  await writeFile(join(dir, 'val/.DS_Store'), '');
  const source = await openIlsvrc(dir);
  expect(await wnidsOf(source, 'val')).toEqual(valWnids());
  await source.close();
});
