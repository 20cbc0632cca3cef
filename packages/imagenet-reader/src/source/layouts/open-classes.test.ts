import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
  contents,
  failure,
  packTar,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  writeClasses,
  writeFiles,
} from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';

let data: TestIlsvrc;
beforeAll(async () => {
  data = await testIlsvrc(2, 4);
});

test.each(['valid', 'validation'])('takes %s/ for the validation split', async (name) => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  const expected = await contents(await openIlsvrc(dir), 'val');
  await rename(join(dir, 'val'), join(dir, name));
  const source = await openIlsvrc(dir);
  expect(source).toMatchObject({ layout: 'classes', counts: { train: 8, val: 4, test: 0 }, missing: [] });
  expect(await contents(source, 'val')).toEqual(expected);
});

test('of several validation folders it takes val/ or the one that was named, and says what is left out', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  await rename(join(dir, 'val'), join(dir, 'valid'));
  await writeClasses(dir, { ...data, val: data.val.slice(0, 1) });
  const source = await openIlsvrc(dir);
  expect([source.counts.val, source.missing]).toEqual([
    1,
    [`${dir}/valid is left out: the validation images are taken from ${dir}/val.`],
  ]);
  const named = await openIlsvrc(dir, { valFolder: 'valid' });
  expect([named.counts.val, named.missing]).toEqual([
    4,
    [`${dir}/val is left out: the validation images are taken from ${dir}/valid.`],
  ]);
});

test('class folders win over tars beside them, which are said to be left out', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  const image = data.val[0]?.bytes ?? Buffer.alloc(0);
  const labelled = [
    { name: 'a.jpg', bytes: image },
    { name: 'a.cls', bytes: Buffer.from('0') },
  ];
  await writeFile(join(dir, 'cifar10.tar'), await packTar([{ name: 'a.jpg', bytes: image }]));
  await writeFile(join(dir, 'set1.tar'), await packTar(labelled));
  const source = await openIlsvrc(dir);
  expect(source).toMatchObject({ layout: 'classes', counts: { train: 8, val: 4, test: 0 } });
  expect(source.missing).toEqual([
    `${dir}/cifar10.tar and 1 more are left out: the class folders of ${dir} are used.`,
  ]);
});

test('takes images by every ending that the decoder reads', async () => {
  const dir = await temporaryFolder();
  const bytes = data.val[0]?.bytes ?? Buffer.alloc(0);
  const names = ['a.jfif', 'b.JPE', 'c.pjpeg', 'd.avif', 'e.jpg'];
  await writeFiles(
    join(dir, 'train/a'),
    names.map((name) => ({ name, bytes })),
  );
  expect((await openIlsvrc(dir)).counts.train).toBe(5);
});

test('class tars that were left packed in train/ are refused with what to do', async () => {
  const dir = await temporaryFolder();
  const tars = ['n01443537.tar', 'n01440764.tar'].map((name) => ({ name, bytes: Buffer.alloc(0) }));
  await writeFiles(join(dir, 'train'), tars);
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/train has no class folders but n01440764.tar and 1 more; unpack each tar into a folder of its name, such as ${dir}/train/n01440764.`,
  );
});
