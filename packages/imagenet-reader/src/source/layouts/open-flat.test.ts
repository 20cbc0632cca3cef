import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
  contents,
  expectedTrain,
  failure,
  packTar,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  WNIDS,
  writeFiles,
} from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';

let data: TestIlsvrc;
beforeAll(async () => {
  data = await testIlsvrc(2, 1);
});
const sorted = [...WNIDS].sort();

test('reads images named <wnid>_<name> in one folder: classes by name, a training split only', async () => {
  const dir = await temporaryFolder();
  for (const [, files] of data.train) await writeFiles(dir, files);
  await writeFile(join(dir, 'words.txt'), 'n01440764\ttench\n');
  const source = await openIlsvrc(dir);
  expect(source).toMatchObject({ layout: 'flat', counts: { train: 8, val: 0, test: 0 }, ignoredFiles: 1 });
  expect(source.missing).toEqual([
    `${dir} has no validation images: file names give the class but not the split.`,
  ]);
  expect(source.classes.map(({ wnid }) => wnid)).toEqual(sorted);
  expect(source.classes[0]?.words).toBe('tench');
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, sorted));
});

test('reads the same from a tar, without unpacking', async () => {
  const dir = await temporaryFolder();
  const tar = join(dir, 'samples-200.tar');
  const files = data.train.flatMap(([, list]) => list).reverse();
  const inFolder = files.map(({ name, bytes }) => ({ name: `samples/${name}`, bytes }));
  await writeFile(tar, await packTar(inFolder));
  const source = await openIlsvrc(tar);
  expect([source.layout, source.counts.train]).toEqual(['flat', 8]);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, sorted));
  await source.close();
});

test('an image without a class or a file that is not a tar is an error that names it', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'n01440764_1.JPEG'), '');
  await writeFile(join(dir, 'cat.JPEG'), '');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/cat.JPEG has no class in its name; it must be '<wnid>_<name>', such as n01440764_10026.JPEG.`,
  );
  await writeFile(join(dir, 'page.tar'), '<html>403</html>'.repeat(99));
  expect(await failure(openIlsvrc(join(dir, 'page.tar')))).toContain(`${dir}/page.tar is not a tar archive`);
  expect(await failure(openIlsvrc(join(dir, 'cat.JPEG')))).toContain('cat.JPEG is a file; give the folder');
});
