import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  contents,
  failure,
  type TestFile,
  temporaryFolder,
  writeFiles,
} from '../generate-ilsvrc.test-data.js';
import type { IlsvrcSource } from '../ilsvrc-source.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const CLASSES = ['n02124075', 'n01443537']; // not in the order of names, as in wnids.txt
const VAL: readonly [name: string, wnid: string][] = [
  ['val_0.JPEG', 'n02124075'],
  ['val_1.JPEG', 'n01443537'],
  ['val_10.JPEG', 'n01443537'],
  ['val_2.JPEG', 'n02124075'],
];
const LABELLED = VAL.map(([name, wnid]) => [name, wnid === 'n01443537' ? 0 : 1]);

const file = (name: string): TestFile => ({ name, bytes: Buffer.from(name) });
const annotations = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, wnid]) => `${name}\t${wnid}\t0\t32\t44\t62\n`).join('');

/** Writes Tiny ImageNet as it is downloaded, with two classes; the files hold their names. */
async function writeTiny(dir: string): Promise<void> {
  for (const wnid of CLASSES) {
    const names = [0, 1, 2].map((i) => `${wnid}_${i}.JPEG`);
    await writeFiles(join(dir, 'train', wnid, 'images'), names.map(file));
    const boxes = names.map((name) => `${name}\t0\t10\t63\t58\n`).join('');
    await writeFile(join(dir, 'train', wnid, `${wnid}_boxes.txt`), boxes);
  }
  await writeFiles(
    join(dir, 'val/images'),
    VAL.map(([name]) => file(name)),
  );
  await writeFile(join(dir, 'val/val_annotations.txt'), annotations(VAL));
  await writeFiles(join(dir, 'test/images'), [file('test_0.JPEG')]);
  await writeFile(join(dir, 'wnids.txt'), CLASSES.map((wnid) => `${wnid}\n`).join(''));
  const words = ['n00001740\tentity', 'n01443537\tgoldfish, Carassius auratus', 'n02124075\tEgyptian cat'];
  await writeFile(join(dir, 'words.txt'), `${words.join('\n')}\n`);
}

/** The names of a split's files, which they must hold, and their labels. */
async function labelsOf(source: IlsvrcSource, split: 'train' | 'val'): Promise<[string, number][]> {
  const images = (await contents(source, split)).map(([name, label, bytes]): [string, number, string] => [
    basename(name),
    label,
    String(bytes),
  ]);
  await source.close();
  expect(images.map(([, , text]) => text)).toEqual(images.map(([name]) => name));
  return images.map(([name, label]) => [name, label]);
}

const testLeftOut = (dir: string): string =>
  `${dir}/test is left out: its images are not in class folders, so they have no labels.`;

test('reads Tiny ImageNet as it is downloaded, with classes in the order of their folders’ names', async () => {
  const dir = await temporaryFolder();
  await writeTiny(dir);
  const source = await openIlsvrc(dir);
  expect(source).toMatchObject({ layout: 'classes', counts: { train: 6, val: 4, test: 0 }, ignoredFiles: 2 });
  expect(source.missing).toEqual([testLeftOut(dir)]);
  expect(source.classes).toEqual([
    { wnid: 'n01443537', words: 'goldfish, Carassius auratus' },
    { wnid: 'n02124075', words: 'Egyptian cat' },
  ]);
  expect(await labelsOf(await openIlsvrc(dir), 'train')).toEqual(
    [...CLASSES].sort().flatMap((wnid, label) => [0, 1, 2].map((i) => [`${wnid}_${i}.JPEG`, label])),
  );
  expect(await labelsOf(source, 'val')).toEqual(LABELLED);
});

test.each([
  ['val/<wnid>/images', (dir: string, wnid: string) => join(dir, 'val', wnid, 'images')],
  ['val/<wnid>', (dir: string, wnid: string) => join(dir, 'val', wnid)],
  ['val/images/<wnid>', (dir: string, wnid: string) => join(dir, 'val/images', wnid)],
])('reads the validation images as scripts rearrange them, in %s', async (_, folderOf) => {
  const dir = await temporaryFolder();
  await writeTiny(dir);
  for (const [name, wnid] of VAL) {
    await mkdir(folderOf(dir, wnid), { recursive: true });
    await rename(join(dir, 'val/images', name), join(folderOf(dir, wnid), name));
  }
  const source = await openIlsvrc(dir);
  expect([source.counts.val, source.missing]).toEqual([4, [testLeftOut(dir)]]);
  expect((await labelsOf(source, 'val')).sort()).toEqual(LABELLED);
  await rm(join(dir, 'val/val_annotations.txt'));
  expect((await labelsOf(await openIlsvrc(dir), 'val')).sort()).toEqual(LABELLED);
});

test('takes images that lie beside their annotations, and a training set that was flattened', async () => {
  const dir = await temporaryFolder();
  await writeTiny(dir);
  for (const [name] of VAL) await rename(join(dir, 'val/images', name), join(dir, 'val', name));
  await rm(join(dir, 'val/images'), { recursive: true });
  await cp(join(dir, 'train/n01443537/images'), join(dir, 'train/n01443537'), { recursive: true });
  await rm(join(dir, 'train/n01443537/images'), { recursive: true });
  const source = await openIlsvrc(dir);
  expect(source.counts).toEqual({ train: 6, val: 4, test: 0 });
  expect(await labelsOf(source, 'val')).toEqual(LABELLED);
});

test('class folders win over images that were left in val/images, which are said to be left out', async () => {
  const dir = await temporaryFolder();
  await writeTiny(dir);
  for (const wnid of CLASSES) await writeFiles(join(dir, 'val', wnid), [file(`${wnid}.JPEG`)]);
  expect(await openIlsvrc(dir)).toMatchObject({
    counts: { val: 2 },
    missing: [`${dir}/val/images is left out: the class folders of ${dir}/val are used.`, testLeftOut(dir)],
  });
});

test('says which images have no annotation, no file or no class, and leaves them out', async () => {
  const dir = await temporaryFolder();
  await writeTiny(dir);
  const table = join(dir, 'val/val_annotations.txt');
  const rows = VAL.slice(1).map(
    ([name]) => [name, name === 'val_10.JPEG' ? 'n09999999' : 'n01443537'] as const,
  );
  await writeFile(table, annotations([...rows, ['val_8.JPEG', 'n01443537'], ['val_9.JPEG', 'n01443537']]));
  const source = await openIlsvrc(dir);
  expect(source.missing).toEqual([
    testLeftOut(dir),
    `${table} lists 2 images missing from ${dir}/val/images: val_8.JPEG and 1 more.`,
    `${table} has no line for 1 image of ${dir}/val/images, left out: val_0.JPEG.`,
    `${table} gives 1 image a class that the data set does not have, left out: val_10.JPEG of n09999999.`,
  ]);
  expect(await labelsOf(source, 'val')).toEqual([
    ['val_1.JPEG', 0],
    ['val_2.JPEG', 0],
  ]);
});

test('annotations that cannot be right are an error that names the line', async () => {
  const dir = await temporaryFolder();
  await writeTiny(dir);
  const table = join(dir, 'val/val_annotations.txt');
  await writeFile(table, `${annotations(VAL)}val_0.JPEG\tn01443537\t0\t0\t9\t9\n`);
  expect(await failure(openIlsvrc(dir))).toBe(
    `${table}: line 5 must give val_0.JPEG the same class as before, n02124075, got 'val_0.JPEG?n01443537?0?0?9?9'.`,
  );
  await writeFile(table, 'val_0.JPEG\n');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${table}: line 1 must be '<file><TAB><wnid><TAB><box>', got 'val_0.JPEG'.`,
  );
  await writeFile(table, annotations([['other.JPEG', 'n01443537']]));
  expect(await failure(openIlsvrc(dir))).toContain(
    `${dir}/val/images has no images with labels: ${table} lists`,
  );
  await rm(table);
  const { counts, missing } = await openIlsvrc(dir);
  expect([counts.val, missing[0]]).toEqual([
    0,
    `${dir}/val is left out: its images are not in class folders, so they have no labels; fetch val_annotations.txt to ${dir}/val.`,
  ]);
});

test('says that classes of wnids.txt are missing, and takes those of the annotations if there is no train', async () => {
  const dir = await temporaryFolder();
  await writeTiny(dir);
  await writeFile(join(dir, 'wnids.txt'), 'n02124075\nn01443537\nn01629819\n');
  expect((await openIlsvrc(dir)).missing).toContain(
    `${dir}/wnids.txt lists 3 classes and there are 2: 1 are missing, such as n01629819.`,
  );
  await rm(join(dir, 'train'), { recursive: true });
  const source = await openIlsvrc(dir);
  expect(source.classes.map(({ wnid }) => wnid)).toEqual([...CLASSES].sort());
  expect(await labelsOf(source, 'val')).toEqual(LABELLED);
});
