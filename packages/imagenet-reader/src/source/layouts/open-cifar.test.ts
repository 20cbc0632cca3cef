import { cp, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openPrepared } from '../../open-prepared.js';
import { prepare } from '../../prepare/prepare.js';
import { cifarPixels, writeBinaryCifar } from '../cifar/write-cifar.test-data.js';
import { fixture, temporaryFolder } from '../generate-ilsvrc.test-data.js';
import type { IlsvrcSource, Split } from '../ilsvrc-source.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const NAMES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const FOLDER = 'cifar-10-batches-bin';
const PYTHON = 'cifar-10-batches-py';

/** CIFAR-10 with two images in every batch, in a folder of its own. */
async function cifar10(): Promise<string> {
  const dir = await temporaryFolder();
  const train = [1, 2, 3, 4, 5].map((n) => [`data_batch_${n}.bin`, [n - 1, 10 - n]]);
  await writeBinaryCifar(join(dir, FOLDER), { ...Object.fromEntries(train), 'test_batch.bin': [6, 0, 3] });
  await writeFile(join(dir, FOLDER, 'batches.meta.txt'), `${NAMES.join('\n')}\n\n`);
  return dir;
}

async function images(
  source: IlsvrcSource,
  split: Split,
): Promise<{ name: string; label: number; pixels: Buffer }[]> {
  const found = [];
  for await (const image of source.images(split)) {
    const pixels = await sharp(await source.read(image))
      .raw()
      .toBuffer();
    found.push({ name: image.name, label: image.label, pixels });
  }
  return found;
}

test('reads CIFAR-10 from its binary batches, whose test batch is the validation split', async () => {
  const dir = await cifar10();
  for (const path of [dir, join(dir, FOLDER)]) {
    const source = await openIlsvrc(path);
    expect(source).toMatchObject({ layout: 'cifar', counts: { train: 10, val: 3, test: 0 }, missing: [] });
    expect(source.classes.map(({ words }) => words)).toEqual(NAMES);
    const val = await images(source, 'val');
    expect(val.map(({ label }) => label)).toEqual([6, 0, 3]);
    for (const [i, { pixels }] of val.entries()) expect(pixels).toEqual(cifarPixels('test_batch.bin', i));
    const train = await images(source, 'train');
    expect(train.map(({ label }) => label)).toEqual([0, 9, 1, 8, 2, 7, 3, 6, 4, 5]);
    expect(train[3]).toMatchObject({
      name: 'data_batch_2_00001.png',
      pixels: cifarPixels('data_batch_2.bin', 1),
    });
    await source.close();
  }
});

test('prepares the pixels of CIFAR without a change at their own size', async () => {
  const dir = await cifar10();
  const source = await openIlsvrc(dir);
  await prepare(source, join(dir, 'squares'), { size: 32, format: 'rgb', workers: 0 });
  await source.close();
  const data = await openPrepared(join(dir, 'squares'));
  expect(Buffer.from((await data.image('val', 2)).pixels)).toEqual(cifarPixels('test_batch.bin', 2));
  await data.close();
});

test('reads CIFAR-100 by its fine labels', async () => {
  const dir = await temporaryFolder();
  await writeBinaryCifar(dir, { 'train.bin': [99, 0], 'test.bin': [42] }, { labelBytes: 2 });
  const names = Array.from({ length: 100 }, (_, label) => `fine ${label}`);
  await writeFile(join(dir, 'fine_label_names.txt'), names.join('\n'));
  const source = await openIlsvrc(dir);
  expect(source.classes).toHaveLength(100);
  expect((await images(source, 'train')).map(({ label }) => label)).toEqual([99, 0]);
  expect(await images(source, 'val')).toEqual([
    { name: 'test_00000.png', label: 42, pixels: cifarPixels('test.bin', 0) },
  ]);
  await source.close();
});

test('says which batch or list of names is missing', async () => {
  const dir = join(await cifar10(), FOLDER);
  await rm(join(dir, 'data_batch_3.bin'));
  await rm(join(dir, 'batches.meta.txt'));
  const source = await openIlsvrc(dir);
  expect([source.counts.train, source.classes[9], source.missing]).toEqual([
    8,
    { wnid: '9', words: '9' },
    [
      `${dir}/batches.meta.txt is missing: classes are called by their labels.`,
      `${dir}/data_batch_3.bin is missing: its images are left out.`,
    ],
  ]);
});

test('refuses a batch that is cut off, an unknown label and too few names', async () => {
  const dir = join(await cifar10(), FOLDER);
  await truncate(join(dir, 'test_batch.bin'), 5000);
  await expect(openIlsvrc(dir)).rejects.toThrow(
    `${dir}/test_batch.bin has 5000 bytes, which is not a number of records of 3073 bytes; fetch it again.`,
  );
  await writeBinaryCifar(dir, { 'test_batch.bin': [3, 10] });
  await expect(openIlsvrc(dir)).rejects.toThrow(
    `${dir}/test_batch.bin: the label of image 1 must be less than 10, got 10; fetch it again.`,
  );
  await writeFile(join(dir, 'batches.meta.txt'), 'airplane\n');
  await expect(openIlsvrc(dir)).rejects.toThrow(
    `${dir}/batches.meta.txt must name 10 classes, got 1; fetch it again.`,
  );
});

test('says what to type for an archive that is not unpacked', async () => {
  const dir = await temporaryFolder();
  const file = join(dir, 'cifar-10-binary.tar.gz');
  await writeFile(file, '');
  const line = `${file} is not unpacked; type tar -xzf '${file}' -C '${dir}', then give ${dir}.`;
  await expect(openIlsvrc(dir)).rejects.toThrow(line);
  await expect(openIlsvrc(file)).rejects.toThrow(line);
});

/** The pixels of image `i` of the fixtures, as make-cifar.py has them. */
function fixturePixels(i: number): Buffer {
  const pixels = Buffer.alloc(3072);
  for (let j = 0; j < 3072; j++) {
    pixels[3 * (j % 1024) + Math.floor(j / 1024)] = 131 * i + 7 * j + Math.floor(j / 32);
  }
  return pixels;
}

test('reads CIFAR-10 from its Python batches, as Python 2 pickled them', async () => {
  const path = fixture(PYTHON);
  const source = await openIlsvrc(path);
  expect(source).toMatchObject({ layout: 'cifar', counts: { train: 2, val: 1, test: 0 } });
  expect(source.classes.map(({ wnid }) => wnid)).toEqual(NAMES);
  expect(source.missing).toEqual(
    [2, 3, 4, 5].map((n) => `${path}/data_batch_${n} is missing: its images are left out.`),
  );
  expect(await images(source, 'train')).toEqual([
    { name: '6_s_000000.png', label: 6, pixels: fixturePixels(0) },
    { name: '9_s_000001.png', label: 9, pixels: fixturePixels(1) },
  ]);
  expect((await images(source, 'val')).map(({ label }) => label)).toEqual([3]);
  await source.close();
});

test('reads CIFAR-100 from its Python batches', async () => {
  const source = await openIlsvrc(fixture('cifar-100-python'));
  expect([source.classes.length, source.classes[41]?.words, source.counts]).toEqual([
    100,
    'fine 41',
    { train: 1, val: 0, test: 0 },
  ]);
  expect((await images(source, 'train')).map(({ label }) => label)).toEqual([41]);
  await source.close();
});

test('of both versions it takes the binary one and says so', async () => {
  const dir = await cifar10();
  await cp(fixture(PYTHON), join(dir, PYTHON), { recursive: true });
  const source = await openIlsvrc(dir);
  expect([source.counts.train, source.missing]).toEqual([
    10,
    [`${dir}/${PYTHON} is left out: ${dir}/${FOLDER} holds the same images.`],
  ]);
});

test.each(['protocol-4', 'protocol-5'])('reads a batch that Python 3 pickled by %s', async (name) => {
  const dir = join(await temporaryFolder(), PYTHON);
  await cp(fixture(PYTHON), dir, { recursive: true });
  await cp(fixture(`cifar-pickles/${name}`), join(dir, 'test_batch'));
  const source = await openIlsvrc(dir);
  expect(await images(source, 'val')).toEqual([
    { name: '3_s_000000.png', label: 3, pixels: fixturePixels(0) },
  ]);
  await source.close();
});

test.each([
  ['protocol-2', "'data' does not hold the bytes of 1 images; pickle.dump needs protocol=4"],
  ['fortran', "'data' is not an array of uint8 with 3072 columns, row by row"],
])('refuses a pickled batch whose pixels are stored otherwise: %s', async (name, reason) => {
  const dir = join(await temporaryFolder(), PYTHON);
  await mkdir(dir);
  await cp(fixture(`cifar-pickles/${name}`), join(dir, 'test_batch'));
  await expect(openIlsvrc(dir)).rejects.toThrow(
    `${dir}/test_batch cannot be read (${reason}); fetch it again, or the binary version of CIFAR.`,
  );
});

test('takes one data set, so a folder with CIFAR-10 and CIFAR-100 is refused', async () => {
  const dir = await cifar10();
  await writeBinaryCifar(join(dir, 'cifar-100-binary'), { 'test.bin': [42] }, { labelBytes: 2 });
  await expect(openIlsvrc(dir)).rejects.toThrow(
    `${dir} holds CIFAR-10 and CIFAR-100; give one of their folders, such as ${dir}/${FOLDER}.`,
  );
});
