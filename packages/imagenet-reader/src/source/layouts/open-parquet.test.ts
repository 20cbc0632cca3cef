import { cp, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openPrepared } from '../../open-prepared.js';
import { prepare } from '../../prepare/prepare.js';
import { sourceDifference } from '../../prepare/source-difference.js';
import { failure, fixture, temporaryFolder } from '../generate-ilsvrc.test-data.js';
import type { IlsvrcSource, SourceImage, Split } from '../ilsvrc-source.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const CLASSES = [
  { wnid: 'n01440764', words: 'tench, Tinca tinca' },
  { wnid: 'n01443537', words: 'goldfish, Carassius auratus' },
  { wnid: 'n01484850', words: 'great white shark, white shark' },
];
const TRAIN = [2, 0, 1, 1, 0, 2, 2, 1, 1, 0];
const SIZE = 6 * 5 * 3;

/** The fixture in a folder of its own. */
async function imagenet(): Promise<string> {
  const dir = await temporaryFolder();
  await cp(fixture('parquet/data'), join(dir, 'data'), { recursive: true });
  return dir;
}

async function pixels(source: IlsvrcSource, split: Split, from = 0): Promise<Buffer[]> {
  const found = [];
  for await (const image of source.images(split, from)) {
    found.push(
      await sharp(await source.read(image))
        .raw()
        .toBuffer(),
    );
  }
  return found;
}

async function listed(source: IlsvrcSource, split: Split, from = 0): Promise<SourceImage[]> {
  const found = [];
  for await (const image of source.images(split, from)) found.push(image);
  return found;
}

async function labels(source: IlsvrcSource, split: Split): Promise<number[]> {
  return (await listed(source, split)).map(({ label }) => label);
}

test('reads the shards of imagenet-1k with classes, names and every pixel', async () => {
  const dir = await imagenet();
  const expected = await readFile(fixture('parquet/pixels.bin'));
  const image = (i: number): Buffer => expected.subarray(i * SIZE, (i + 1) * SIZE);
  for (const path of [dir, join(dir, 'data')]) {
    const source = await openIlsvrc(path);
    expect(source).toMatchObject({
      layout: 'parquet',
      counts: { train: 10, val: 3, test: 0 },
      classes: CLASSES,
    });
    expect(source.missing).toEqual([
      `${dir}/data/test-00000-of-00001.parquet and all other test shards are left out: they have no labels.`,
    ]);
    expect(await labels(source, 'train')).toEqual(TRAIN);
    expect(await labels(source, 'val')).toEqual([0, 2, 1]);
    expect(await pixels(source, 'train')).toEqual(TRAIN.map((_, i) => image(i)));
    expect(await pixels(source, 'train', 6)).toEqual([6, 7, 8, 9].map(image));
    expect(await pixels(source, 'val')).toEqual([10, 11, 12].map(image));
    await source.close();
  }
});

test('images are named as in their files, and say where they are', async () => {
  const dir = await imagenet();
  const source = await openIlsvrc(dir);
  const [image] = await listed(source, 'val', 2);
  const file = `${dir}/data/validation-00000-of-00001.parquet`;
  const name = 'ILSVRC2012_val_00000012_n01443537.JPEG';
  expect(image).toEqual({
    name,
    location: `${file}/${name}`,
    label: 1,
    bytes: { file, row: { group: 0, index: 2 } },
  });
  await rm(file);
  await expect(source.read(image as SourceImage)).rejects.toThrow(`${file}/${name} cannot be read (ENOENT).`);
  await source.close();
});

test('a row group is read once for all its images', async () => {
  const dir = await imagenet();
  const source = await openIlsvrc(dir);
  const [first, second, , , ofNextGroup] = await listed(source, 'train');
  await source.read(first as SourceImage);
  await truncate(join(dir, 'data/train-00000-of-00002.parquet'), 0);
  expect((await sharp(await source.read(second as SourceImage)).metadata()).width).toBe(6);
  await expect(source.read(ofNextGroup as SourceImage)).rejects.toThrow('has become shorter');
  await source.close();
});

test('says what to type for a data set that was saved as Arrow files', async () => {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'train'));
  await writeFile(join(dir, 'dataset_dict.json'), '{"splits": ["train"]}');
  await writeFile(join(dir, 'train/data-00000-of-00001.arrow'), '');
  const line = (folder: string): string =>
    `${folder} holds Arrow files, which are not read; write Parquet files in Python by datasets.load_from_disk('${folder}'), then to_parquet('train.parquet') of each split.`;
  expect(await failure(openIlsvrc(dir))).toBe(line(dir));
  expect(await failure(openIlsvrc(join(dir, 'train')))).toBe(line(join(dir, 'train')));
});

test('prepares the shards in this process and in others to the same bytes, and notices a change', async () => {
  const dir = await imagenet();
  const source = await openIlsvrc(dir);
  const options = { size: 5, format: 'rgb', shardImages: 4 } as const;
  await prepare(source, join(dir, 'here'), { ...options, workers: 0 });
  await prepare(source, join(dir, 'forked'), { ...options, workers: 1 });
  const file = 'train-000001.tar';
  expect(await readFile(join(dir, 'here', file))).toEqual(await readFile(join(dir, 'forked', file)));
  const data = await openPrepared(join(dir, 'here'));
  expect([data.classes, (await data.image('train', 5)).label]).toEqual([CLASSES, 2]);
  await data.close();
  expect(await sourceDifference(source, join(dir, 'here'))).toBe('');
  const [train, other] = ['train-00001-of-00002.parquet', 'train-00000-of-00002.parquet'];
  await writeFile(join(dir, 'data', train), await readFile(join(dir, 'data', other)));
  const changed = await openIlsvrc(dir);
  expect(await sourceDifference(changed, join(dir, 'here'))).toBe('the source has other classes or images');
  await changed.close();
  await source.close();
});

test('reads other columns, one file, gzip and pages of version 2', async () => {
  const source = await openIlsvrc(fixture('parquet/cifar.parquet'));
  expect([source.counts.train, source.classes.length, source.classes[41]]).toEqual([
    4,
    100,
    { wnid: '41', words: '41' },
  ]);
  expect(await labels(source, 'train')).toEqual([41, 3, 41, 99]);
  expect((await pixels(source, 'train')).map(([first]) => first)).toEqual([41, 3, 41, 99]);
  const [image] = await listed(source, 'train', 3);
  expect(image?.name).toBe('cifar_000003');
  await source.close();
});

const canUnpackZstd = 'zstdCompressSync' in (await import('node:zlib'));
test.runIf(canUnpackZstd)('reads plain columns of bytes, and ZSTD where Node can unpack it', async () => {
  const source = await openIlsvrc(fixture('parquet/zstd.parquet'));
  expect(await labels(source, 'train')).toEqual([1, 0]);
  expect((await pixels(source, 'train')).map(([first]) => first)).toEqual([1, 0]);
  await source.close();
});

test.skipIf(canUnpackZstd)('says what to use if Node cannot unpack ZSTD', async () => {
  const file = fixture('parquet/zstd.parquet');
  expect(await failure(openIlsvrc(file))).toBe(
    `${file} is compressed by ZSTD, which Node ${process.versions.node} cannot unpack; use Node 22.15 or later, or write it again in Python by pyarrow.parquet.write_table(table, path, compression='snappy').`,
  );
});

test('finds the split by folder, and the one subfolder that has Parquet files', async () => {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'default/train'), { recursive: true });
  await mkdir(join(dir, 'default/validation'));
  await cp(fixture('parquet/data/train-00000-of-00002.parquet'), join(dir, 'default/train/0000.parquet'));
  await cp(
    fixture('parquet/data/validation-00000-of-00001.parquet'),
    join(dir, 'default/validation/0000.parquet'),
  );
  const source = await openIlsvrc(dir);
  expect([source.counts, source.missing]).toEqual([{ train: 7, val: 3, test: 0 }, []]);
  await cp(join(dir, 'default'), join(dir, 'other'), { recursive: true });
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir} holds Parquet files in default, other; give one of these folders, such as ${dir}/default.`,
  );
});

test('unpacked class folders win over Parquet files beside them, which are said to be left out', async () => {
  const dir = await imagenet();
  await mkdir(join(dir, 'train/tench'), { recursive: true });
  await writeFile(join(dir, 'train/tench/1.png'), '');
  const { layout, missing } = await openIlsvrc(dir);
  expect([layout, missing.at(-1)]).toEqual([
    'classes',
    `${dir}/data/train-00000-of-00002.parquet and 3 more are left out: the class folders of ${dir} are used.`,
  ]);
});

test('names the shards that are missing', async () => {
  const dir = await imagenet();
  await rename(
    join(dir, 'data/train-00000-of-00002.parquet'),
    join(dir, 'data/train-00002-of-00004.parquet'),
  );
  await rm(join(dir, 'data/train-00001-of-00002.parquet'));
  const { missing } = await openIlsvrc(dir);
  expect(missing.slice(0, 3)).toEqual(
    [0, 1, 3].map((n) => `${dir}/data/train-0000${n}-of-00004.parquet is missing: its images are left out.`),
  );
  await cp(
    fixture('parquet/data/train-00001-of-00002.parquet'),
    join(dir, 'data/train-00001-of-00002.parquet'),
  );
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/data holds shards of 2 and of 4 of train-*; keep those of one version.`,
  );
});

test('refuses unlabelled training images, a pointer of Git LFS and a file that is cut off', async () => {
  const dir = await imagenet();
  const file = join(dir, 'data/train-00001-of-00002.parquet');
  await cp(fixture('parquet/data/test-00000-of-00001.parquet'), file);
  expect(await failure(openIlsvrc(dir))).toBe(
    `${file}: row 0 has no label; only the shards of a test split may have none.`,
  );
  await writeFile(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${file} is a pointer of Git LFS, not the data; type git lfs pull in its folder.`,
  );
  const whole = await readFile(fixture('parquet/data/train-00001-of-00002.parquet'));
  await writeFile(file, whole.subarray(0, 2000));
  expect(await failure(openIlsvrc(dir))).toBe(
    `${file} cannot be read as Parquet (parquet file invalid (footer != PAR1)); fetch it again.`,
  );
  await writeFile(file, '');
  expect(await failure(openIlsvrc(dir))).toMatch(/ cannot be read as Parquet \(.+\); fetch it again\.$/);
});
