import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openPrepared } from '../open-prepared.js';
import {
  failure,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  writeClasses,
  writeTars,
} from '../source/generate-ilsvrc.test-data.js';
import type { IlsvrcSource, SourceImage, Split } from '../source/ilsvrc-source.js';
import { openIlsvrc } from '../source/open-ilsvrc.js';
import { type PrepareReport, prepare } from './prepare.js';
import type { PrepareOptions } from './prepare-options.js';
import { type SourceDifferenceOptions, sourceDifference } from './source-difference.js';

let data: TestIlsvrc;
let dir: string;
let out: string;
beforeEach(async () => {
  data = await testIlsvrc(3, 4);
  const folder = await temporaryFolder();
  [dir, out] = [join(folder, 'data'), join(folder, 'out')];
  await mkdir(dir);
});

async function withSource<T>(use: (source: IlsvrcSource) => Promise<T>): Promise<T> {
  const source = await openIlsvrc(dir);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}
const prepareHere = (options: PrepareOptions = {}): Promise<PrepareReport> =>
  withSource((source) => prepare(source, out, { size: 16, format: 'rgb', shardImages: 2, ...options }));
const difference = (options: SourceDifferenceOptions = {}): Promise<string> =>
  withSource((source) => sourceDifference(source, out, options));
const imagesOf = (split: Split): Promise<SourceImage[]> =>
  withSource(async (source) => {
    const images: SourceImage[] = [];
    for await (const image of source.images(split)) images.push(image);
    return images;
  });

/** Gives a file the bytes of another image. It keeps its time, if `keepTime`. */
async function replace(
  at: SourceImage | undefined,
  by: SourceImage | undefined,
  keepTime = false,
): Promise<void> {
  const [file, other] = [at?.bytes.file ?? '', by?.bytes.file ?? ''];
  const { atime, mtime, size } = await stat(file);
  const bytes = await readFile(other);
  await writeFile(file, keepTime ? Buffer.concat([bytes, Buffer.alloc(size)]).subarray(0, size) : bytes);
  await utimes(file, atime, keepTime ? mtime : new Date(mtime.getTime() + 5000));
}

const OTHER_IMAGES = 'the source has other classes or images';

test('images that were moved, renamed or removed are a difference', async () => {
  await writeClasses(dir, data);
  await prepareHere();
  expect(await difference()).toBe('');
  const [first] = await imagesOf('train');
  const file = first?.bytes.file ?? '';
  const label = (await imagesOf('train')).find((image) => image.label !== first?.label);
  const elsewhere = join(label?.bytes.file ?? '', '..', first?.name ?? '');
  await rename(file, elsewhere);
  expect(await difference()).toBe(OTHER_IMAGES);
  await rename(elsewhere, file);
  expect(await difference()).toBe('');
  await rename(file, join(file, '../renamed.JPEG'));
  expect(await difference()).toBe(OTHER_IMAGES);
  await rm(join(file, '../renamed.JPEG'));
  expect(await difference()).toBe(OTHER_IMAGES);
  const other = label?.bytes.file ?? '';
  await cp(other, join(dir, 'train/n99999999', basename(other)));
  expect(await difference()).toBe('the source has 5 classes, not 4');
});

test('a replaced image is a difference; a file that only has another time is not', async () => {
  await writeClasses(dir, data);
  await prepareHere();
  const [a, b, c, d] = await imagesOf('train');
  await utimes(a?.bytes.file ?? '', 1e9, 1e9);
  const record = await readFile(join(out, 'source.json'), 'utf8');
  expect(await difference()).toBe('');
  expect(await readFile(join(out, 'source.json'), 'utf8')).not.toBe(record); // not read again next time
  await cp(d?.bytes.file ?? '', `${dir}-kept`, { preserveTimestamps: true });
  await replace(d, c);
  expect(await difference()).toBe('images of train have changed');
  await cp(`${dir}-kept`, d?.bytes.file ?? '');
  expect(await difference()).toBe('');
  const [, val] = await imagesOf('val');
  await replace(val, b);
  expect(await difference()).toBe('images of val have changed');
  await replace(b, a);
  expect(await difference()).toBe('images of train and val have changed');
});

test('an image of the same size and time is found by everyImage', async () => {
  await writeClasses(dir, data);
  await prepareHere();
  const [a, b] = await imagesOf('train');
  await replace(a, b, true);
  expect(await difference()).toBe('');
  const progress: unknown[] = [];
  expect(await difference({ everyImage: true })).toBe('images of train have changed');
  await rm(out, { recursive: true });
  await prepareHere({ onError: 'skip' });
  expect(await difference({ everyImage: true, onProgress: (now) => progress.push(now) })).toBe('');
  const { train, val } = await withSource(async ({ counts }) => counts);
  expect(progress.at(-1)).toEqual({ done: train + val, total: train + val });
});

test('tars that were downloaded again are not a difference; a tar with other bytes is', async () => {
  await writeTars(dir, data);
  await prepareHere();
  await writeTars(dir, data);
  await utimes(join(dir, 'ILSVRC2012_img_val.tar'), 1e9, 1e9);
  expect(await difference()).toBe('');
  const image = (await imagesOf('val'))[3];
  const tar = await readFile(image?.bytes.file ?? '');
  const { offset = 0, size = 0 } = image?.bytes.range ?? {};
  tar.fill(0, offset + size - 40, offset + size - 20);
  await writeFile(image?.bytes.file ?? '', tar);
  await utimes(image?.bytes.file ?? '', 2e9, 2e9);
  expect(await difference()).toBe('images of val have changed');
});

test('prepare refuses a finished folder whose images have changed, and a damaged record', async () => {
  await writeClasses(dir, data);
  await prepareHere();
  await prepareHere(); // nothing has changed
  const [a, b] = await imagesOf('train');
  await replace(a, b);
  expect(await failure(prepareHere())).toBe(
    `${out} was prepared from another source or with other options (images of train have changed); remove it, or choose a folder that does not exist yet.`,
  );
  await writeFile(join(out, 'source.json'), '{"state":{}}');
  expect(await failure(prepareHere())).toBe(
    `${join(out, 'source.json')} is damaged; prepare the data again.`,
  );
  await rm(join(out, 'source.json')); // as an older version wrote the folder
  await prepareHere();
  expect(await failure(difference({ everyImage: true }))).toBe(
    `${out} was prepared by an older version, which kept no record of the images, so they cannot be compared.`,
  );
});

test('unfinished work of which an image changed is done again for that split, and keeps the rest', async () => {
  await writeClasses(dir, data);
  const val = await imagesOf('val');
  const last = val.at(-1)?.bytes.file ?? '';
  await rename(last, `${dir}-last`);
  await writeFile(last, 'not an image');
  expect(await failure(prepareHere())).toContain(`${last} cannot be decoded`);
  const done = await readdir(join(`${out}.partial`, 'data'));
  const trainShards = done.filter((name) => /^train.*tar$/.test(name)).length;
  expect(trainShards).toBeGreaterThan(0);
  expect(done).toContain('val-000000.tar');
  await rename(`${dir}-last`, last);
  await replace(val[0], val[1]);
  expect((await prepareHere()).resumed).toBe(trainShards);
  const resumed = await openPrepared(out);
  await rm(out, { recursive: true });
  await prepareHere();
  const straight = await openPrepared(out);
  expect(resumed.checksum).toBe(straight.checksum);
  await Promise.all([resumed.close(), straight.close()]);
});
