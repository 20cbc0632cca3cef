import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { openPrepared } from '../../open-prepared.js';
import { prepare } from '../../prepare/prepare.js';
import {
  contents,
  expectedTrain,
  failure,
  fixture,
  jpeg,
  packTar,
  type TestFile,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  WNIDS,
  writeFiles,
} from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const TEST_LABELS = 'ILSVRC2010_test_ground_truth.txt';
const testIds = [4, 4, 1, 2, 3];

let data: TestIlsvrc;
let tests: TestFile[];
beforeAll(async () => {
  data = await testIlsvrc(2, 4);
  const numbered = async (_: number, i: number): Promise<TestFile> => ({
    name: `ILSVRC2010_test_0000000${i + 1}.JPEG`,
    bytes: await jpeg(2000 + i),
  });
  tests = await Promise.all(testIds.map(numbered));
  const val = data.val.map(({ name, bytes }) => ({ name: name.replace('2012', '2010'), bytes }));
  data = { ...data, val };
});

/**
 * The devkit of the 2012 tests with another name for the ID. scipy wrote it uncompressed, so the name can be
 * replaced.
 */
async function devkit(): Promise<TestFile[]> {
  const meta = await readFile(fixture('meta-plain.mat'), 'latin1');
  const changed = Buffer.from(meta.replaceAll('ILSVRC2012_ID', 'ILSVRC2010_ID'), 'latin1');
  const truth = Buffer.from(`${data.valIds.join('\n')}\n`);
  return [
    { name: 'devkit-1.0/data/meta.mat', bytes: changed },
    { name: 'devkit-1.0/data/ILSVRC2010_validation_ground_truth.txt', bytes: truth },
  ];
}

async function writeTars(dir: string): Promise<void> {
  const inner = data.train.map(async ([wnid, files]) => ({
    name: `${wnid}.tar`,
    bytes: await packTar(files),
  }));
  const inFolder = (folder: string, files: readonly TestFile[]): TestFile[] =>
    files.map(({ name, bytes }) => ({ name: `${folder}/${name}`, bytes }));
  await writeFiles(dir, [
    { name: 'ILSVRC2010_images_train.tar', bytes: await packTar(await Promise.all(inner)) },
    { name: 'ILSVRC2010_images_val.tar', bytes: await packTar(inFolder('val', data.val)) },
    { name: 'ILSVRC2010_images_test.tar', bytes: await packTar(inFolder('test', tests)) },
    { name: 'ILSVRC2010_devkit-1.0.tar.gz', bytes: gzipSync(await packTar(await devkit())) },
    { name: TEST_LABELS, bytes: Buffer.from(testIds.join('\n')) },
  ]);
}

async function writeFolders(dir: string): Promise<void> {
  for (const [wnid, files] of data.train) await writeFiles(join(dir, 'train', wnid), files);
  await writeFiles(join(dir, 'val'), data.val);
  await writeFiles(join(dir, 'test'), tests);
  await mkdir(join(dir, 'devkit-1.0/data'), { recursive: true });
  await writeFiles(dir, await devkit());
  await writeFile(join(dir, 'devkit-1.0/data', TEST_LABELS), testIds.join('\n'));
}

const labelled = (files: readonly TestFile[], ids: readonly number[]): [string, number, Buffer][] =>
  files.map(({ name, bytes }, i) => [name, (ids[i] ?? 0) - 1, bytes]);

test.each([
  ['tars', writeTars],
  ['folders', writeFolders],
] as const)('reads ILSVRC-2010 as %s: three splits, labels by ILSVRC2010_ID', async (layout, write) => {
  const dir = await temporaryFolder();
  await write(dir);
  const source = await openIlsvrc(dir);
  expect([source.layout, source.counts]).toEqual([layout, { train: 8, val: 4, test: 5 }]);
  expect(source.classes.map(({ wnid }) => wnid)).toEqual(WNIDS);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, WNIDS));
  expect(await contents(source, 'val')).toEqual(labelled(data.val, data.valIds));
  expect(await contents(source, 'test')).toEqual(labelled(tests, testIds));
  expect(source.missing).toEqual([`${dir} has 8 of the 5200 training images that the devkit lists.`]);
  await source.close();
});

test('the test split is prepared and read back with its labels', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir);
  const source = await openIlsvrc(dir);
  await prepare(source, join(dir, 'out'), { size: 16, format: 'rgb' });
  await source.close();
  const prepared = await openPrepared(join(dir, 'out'));
  const labels = await Promise.all(testIds.map(async (_, i) => (await prepared.image('test', i)).label + 1));
  await prepared.close();
  expect(labels).toEqual(testIds);
});

test('names the missing file of the test split, and refuses a wrong number of labels', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir);
  await writeFile(join(dir, TEST_LABELS), '1\n2\n');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/ILSVRC2010_images_test.tar holds 5 images but ${dir}/${TEST_LABELS} has 2 labels; fetch the incomplete one again.`,
  );
  await writeFile(join(dir, TEST_LABELS), '1\n2\n9\n');
  expect(await failure(openIlsvrc(dir))).toContain(`${dir}/${TEST_LABELS}: line 3 must be an ID from 1 to 4`);
  await rm(join(dir, TEST_LABELS));
  const without = await openIlsvrc(dir);
  expect([without.counts.test, without.missing[1]]).toEqual([
    0,
    `${dir}/ILSVRC2010_images_test.tar is left out because its labels are missing; fetch ${TEST_LABELS} to ${dir}.`,
  ]);
  await without.close();
  await rm(join(dir, 'ILSVRC2010_images_test.tar'));
  const neither = await openIlsvrc(dir);
  expect(neither.missing[1]).toBe(`${dir}/ILSVRC2010_images_test.tar is missing: there are no test images.`);
  await neither.close();
});

test('images of patch_images.tar replace images of the same name', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir);
  const [val, train] = [data.val[1]?.name ?? '', data.train[0]?.[1][0]?.name ?? ''];
  const better = await jpeg(77);
  const patch = [`patch_images/val/${val}`, `patch_images/train/${train}`, 'patch_images/val/unknown.JPEG'];
  await writeFile(
    join(dir, 'patch_images.tar'),
    await packTar(patch.map((name) => ({ name, bytes: better }))),
  );
  const source = await openIlsvrc(dir);
  const replaced = (all: [string, number, Buffer][], name: string): [string, number, Buffer][] =>
    all.map((image) => (image[0] === name ? [image[0], image[1], better] : image));
  expect(await contents(source, 'val')).toEqual(replaced(labelled(data.val, data.valIds), val));
  expect(await contents(source, 'train')).toEqual(replaced(expectedTrain(data, WNIDS), train));
  expect(await contents(source, 'test')).toEqual(labelled(tests, testIds));
  await source.close();
});
