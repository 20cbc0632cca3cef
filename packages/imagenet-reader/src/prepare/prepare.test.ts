import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fitRgbPca } from '@alexnet/augment-pca';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrepared } from '../open-prepared.js';
import {
  failure,
  jpeg,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  writeClasses,
  writeFolders,
  writeTars,
} from '../source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../source/open-ilsvrc.js';
import { type PrepareReport, prepare } from './prepare.js';
import type { PrepareOptions, PrepareProgress } from './prepare-options.js';
import { squarePixels } from './square-pixels.js';

let data: TestIlsvrc;
beforeAll(async () => {
  data = await testIlsvrc();
});

const options: PrepareOptions = { size: 16, format: 'rgb', shardImages: 5 };

async function prepareFrom(dir: string, out: string, more: PrepareOptions = {}): Promise<PrepareReport> {
  const source = await openIlsvrc(dir);
  try {
    return await prepare(source, out, { ...options, ...more });
  } finally {
    await source.close();
  }
}

/** Every file but `source.json`, which has the sizes and times of the source's files. */
async function allBytes(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir)).filter((name) => name !== 'source.json').sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(join(dir, name))).toString('base64')]),
    ),
  );
}

async function tarsFolder(changed: TestIlsvrc = data): Promise<string> {
  const dir = await temporaryFolder();
  await writeTars(dir, changed);
  return dir;
}

test('stores the result of squarePixels for every image, with its label, train by class', async () => {
  const dir = await tarsFolder();
  const report = await prepareFrom(dir, join(dir, 'out'));
  expect(report).toMatchObject({ path: join(dir, 'out'), images: { train: 12, val: 6 }, skipped: [] });
  const source = await openIlsvrc(dir);
  const prepared = await openPrepared(report.path);
  for (const split of ['train', 'val'] as const) {
    let i = 0;
    for await (const image of source.images(split)) {
      const { label, key, pixels } = await prepared.image(split, i);
      expect(label).toBe(image.label);
      expect(key).toBe(`${String(i).padStart(8, '0')}_${image.name.replace('.JPEG', '')}`);
      expect(Buffer.compare(pixels, await squarePixels(await source.read(image), 16))).toBe(0);
      i++;
    }
    expect(prepared.splits[split].images).toBe(i);
  }
  await prepared.close();
  await source.close();
});

test('means, mean image and colour components describe the training split', async () => {
  const dir = await tarsFolder();
  const { path, channelMeans, pca } = await prepareFrom(dir, join(dir, 'out'));
  const prepared = await openPrepared(path);
  const images: Uint8Array[] = [];
  for (let i = 0; i < 12; i++) images.push((await prepared.image('train', i)).pixels);
  const mean = (i: number): number => images.reduce((sum, pixels) => sum + (pixels[i] ?? 0), 0) / 12;
  expect([...prepared.meanImage]).toEqual(Array.from({ length: 768 }, (_, i) => Math.fround(mean(i))));
  for (const c of [0, 1, 2] as const) {
    let sum = 0;
    for (let i = c; i < 768; i += 3) sum += mean(i);
    expect(channelMeans[c]).toBeCloseTo(sum / 256, 9);
  }
  expect(pca).toEqual(fitRgbPca(images));
  expect([prepared.pca, prepared.channelMeans]).toEqual([pca, channelMeans]);
  await prepared.close();
});

test.each(['jpg', 'rgb'] as const)(
  'writes the same bytes whatever the concurrency and layout (%s)',
  async (format) => {
    const [tars, folders] = [await tarsFolder(), await temporaryFolder()];
    await writeFolders(folders, data);
    await prepareFrom(tars, join(tars, 'one'), { format, concurrency: 1 });
    await prepareFrom(tars, join(tars, 'four'), { format, concurrency: 4 });
    await prepareFrom(folders, join(tars, 'folders'), { format, concurrency: 3 });
    const one = await allBytes(join(tars, 'one'));
    expect(Object.keys(one)).toEqual([
      'mean-image.f32',
      'meta.json',
      'train-000000.tar',
      'train-000001.tar',
      'train-000002.tar',
      'train.index',
      'val-000000.tar',
      'val-000001.tar',
      'val.index',
    ]);
    expect(await allBytes(join(tars, 'four'))).toEqual(one);
    expect(await allBytes(join(tars, 'folders'))).toEqual(one);
  },
);

test('shards are WebDataset tars that any reader can read', async () => {
  const dir = await tarsFolder();
  await prepareFrom(dir, join(dir, 'out'), { format: 'jpg' });
  const entries: [string, string][] = [];
  const tar = extract();
  tar.end(await readFile(join(dir, 'out/val-000001.tar')));
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.push([entry.header.name, Buffer.concat(chunks).toString('latin1')]);
  }
  expect(entries.map(([name]) => name)).toEqual([
    '00000005_ILSVRC2012_val_00000006.jpg',
    '00000005_ILSVRC2012_val_00000006.cls',
  ]);
  expect(entries[0]?.[1].slice(0, 2)).toBe('\xff\xd8');
  expect(entries[1]?.[1]).toBe(String((data.valIds[5] ?? 0) - 1));
});

test('JPEG keeps the pixels to a few grey levels', async () => {
  const dir = await tarsFolder();
  await prepareFrom(dir, join(dir, 'rgb'), { size: 32 });
  await prepareFrom(dir, join(dir, 'jpg'), { size: 32, format: 'jpg' });
  const [rgb, jpg] = [await openPrepared(join(dir, 'rgb')), await openPrepared(join(dir, 'jpg'))];
  const [a, b] = [(await rgb.image('train', 7)).pixels, (await jpg.image('train', 7)).pixels];
  const error = a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0) / a.length;
  expect(Math.sqrt(error)).toBeLessThan(4);
  await Promise.all([rgb.close(), jpg.close()]);
});

async function withTruncated(): Promise<{ dir: string; name: string }> {
  const [first, ...others] = data.train;
  if (!first) throw new Error('no classes');
  const [wnid, files] = first;
  const name = files[1]?.name ?? '';
  const cut = files.map((file, i) =>
    i === 1 ? { name, bytes: file.bytes.subarray(0, file.bytes.length / 2) } : file,
  );
  return { dir: await tarsFolder({ ...data, train: [[wnid, cut], ...others] }), name };
}

test('a truncated image stops the run and is named with its tar; finished work is kept', async () => {
  const { dir, name } = await withTruncated();
  const message = await failure(prepareFrom(dir, join(dir, 'out')));
  expect(message).toContain(`${dir}/ILSVRC2012_img_train.tar/n01440764.tar/${name} cannot be decoded (`);
  expect(message).toContain(
    `onError: 'skip'. What is done is kept in ${dir}/out.partial; run the same again to resume.`,
  );
  expect((await readdir(dir)).filter((file) => file.startsWith('out'))).toEqual(['out.partial']);
  expect((await prepareFrom(dir, join(dir, 'out'), { onError: 'skip' })).images.train).toBe(11);
  expect((await readdir(dir)).filter((file) => file.startsWith('out'))).toEqual(['out']);
});

test('a skipped image is counted and named, and the rest is kept', async () => {
  const { dir, name } = await withTruncated();
  const progress: PrepareProgress[] = [];
  const report = await prepareFrom(dir, join(dir, 'out'), {
    onError: 'skip',
    onProgress: (p) => progress.push(p),
  });
  expect(report.images).toEqual({ train: 11, val: 6, test: 0 });
  expect(report.skipped).toEqual([
    { split: 'train', location: expect.stringContaining(name), reason: expect.stringMatching(/^.+$/) },
  ]);
  expect(progress).toEqual(Array.from({ length: 19 }, (_, done) => ({ done, total: 18, resumed: 0 })));
  const prepared = await openPrepared(report.path);
  expect(prepared.splits.train.images).toBe(11);
  await prepared.close();
});

test('a class with an empty name is prepared under its folder’s name', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  await writeFile(join(dir, 'words.txt'), 'n01440764\t\nn01443537\tgoldfish\n');
  const { path } = await prepareFrom(dir, join(dir, 'out'));
  const prepared = await openPrepared(path); // it checks meta.json
  expect(prepared.classes.slice(0, 2).map(({ words }) => words)).toEqual(['n01440764', 'goldfish']);
  await prepared.close();
});

test('a class left without images is an error, even when skipping', async () => {
  const broken = data.train.map(([wnid, files], i) =>
    i === 2
      ? ([wnid, files.map(({ name }) => ({ name, bytes: Buffer.from('x') }))] as const)
      : ([wnid, files] as const),
  );
  const dir = await tarsFolder({ ...data, train: broken });
  expect(await failure(prepareFrom(dir, join(dir, 'out'), { onError: 'skip' }))).toBe(
    `${dir}: no image of class n01484850 could be decoded; fetch it again. What is done is kept in ${dir}/out.partial; run the same again to resume.`,
  );
});

test('refuses a folder that is in use, accepts an empty one', async () => {
  const dir = await tarsFolder();
  expect(await failure(prepareFrom(dir, dir))).toBe(
    `${dir} is not empty; remove it, or choose a folder that does not exist yet.`,
  );
  await mkdir(join(dir, 'empty'));
  expect((await prepareFrom(dir, join(dir, 'empty'))).images.train).toBe(12);
  await writeFile(join(dir, 'file'), '');
  expect(await failure(prepareFrom(dir, join(dir, 'file')))).toContain('cannot be used (ENOTDIR)');
});

test('stops at its signal and resumes where it was', async () => {
  const dir = await tarsFolder();
  const controller = new AbortController();
  const source = await openIlsvrc(dir);
  const stopped = prepare(source, join(dir, 'out'), {
    ...options,
    signal: controller.signal,
    // at the last image, before the end, when the first shard has made room for the fifth
    onProgress: ({ done }) => done === 18 && controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({
    name: 'AbortError',
    message: `${dir}/out is not finished: preparing was stopped. What is done is kept in ${dir}/out.partial; run the same again to resume.`,
  });
  await source.close();
  expect((await readdir(dir)).filter((file) => file.startsWith('out'))).toEqual(['out.partial']);
  const progress: PrepareProgress[] = [];
  const { resumed } = await prepareFrom(dir, join(dir, 'out'), { onProgress: (p) => progress.push(p) });
  const before = [0, 5, 10, 12, 17, 18][resumed]; // all five shards may be kept by then
  expect(before).toBeGreaterThan(0);
  expect(progress[0]).toEqual({ done: before, total: 18, resumed: before });
  expect(progress.at(-1)).toEqual({ done: 18, total: 18, resumed: before });
  await prepareFrom(dir, join(dir, 'straight'));
  expect(await allBytes(join(dir, 'out'))).toEqual(await allBytes(join(dir, 'straight')));
});

test('names with dots, spaces and other alphabets become safe keys', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  await writeFile(join(dir, 'train/n01440764', `a.b c ${'图'.repeat(70)}.jpg`), await jpeg(77));
  const { path } = await prepareFrom(dir, join(dir, 'out'));
  const prepared = await openPrepared(path);
  expect((await prepared.image('train', 0)).key).toBe(`00000000_a_b_c_${'_'.repeat(54)}`);
  await prepared.close();
});

test('a file that became too large for an image since it was listed is refused unread', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  const file = join(dir, 'train/n01440764', 'a.jpg');
  await writeFile(file, '');
  const listed = await openIlsvrc(dir);
  await truncate(file, 2 ** 28 + 1); // a hole: it takes no disk space, but would take memory if it were read
  expect(await failure(prepare(listed, join(dir, 'out'), { size: 8 }))).toContain(
    `${file} has 268435457 bytes, which is too large; fetch it again.`,
  );
  await listed.close();
});

test('bad options name the option, the rule and the value', async () => {
  const dir = await tarsFolder();
  const bad = (more: object): Promise<string> => failure(prepareFrom(dir, join(dir, 'out'), more));
  expect(await bad({ size: 0 })).toBe('size must be a whole number >= 1 (prepare), got 0.');
  expect(await bad({ concurrency: 1.5 })).toBe('concurrency must be a whole number >= 1 (prepare), got 1.5.');
  expect(await bad({ format: 'png' })).toBe("format must be 'jpg' or 'rgb' (prepare), got 'png'.");
  expect(await bad({ onError: 'ignore' })).toBe("onError must be 'stop' or 'skip' (prepare), got 'ignore'.");
});

const run = (command: string, ...options: string[]): Buffer =>
  execFileSync(command, options, { stdio: 'pipe' });

/** A file system of one megabyte; undefined if it cannot be mounted. */
function smallDisk(dir: string): string | undefined {
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir);
    return dir;
  } catch {
    return undefined;
  }
}

const mounted: string[] = [];
afterAll(() => {
  for (const dir of mounted) run('umount', dir);
});

test('a full disk is an error of one line, and finished work is kept (needs the right to mount)', async (context) => {
  const dir = await tarsFolder();
  await mkdir(join(dir, 'disk'));
  const disk = smallDisk(join(dir, 'disk'));
  if (!disk) return context.skip('mounting a small tmpfs is not permitted here');
  mounted.push(disk);
  const more = { size: 256, shardImages: 3 }; // 12 squares of 192 kB
  const out = join(disk, 'out');
  for (let i = 0; i < 2; i++) {
    expect(await failure(prepareFrom(dir, out, more))).toBe(
      `${out} is not finished: the disk is full (ENOSPC); free some space or choose another disk. What is done is kept in ${out}.partial; run the same again to resume.`,
    );
    expect(await readdir(disk)).toEqual(['out.partial']);
  }
  run('mount', '-o', 'remount,size=20m', disk);
  expect((await prepareFrom(dir, out, more)).images.train).toBe(12);
  await prepareFrom(dir, join(dir, 'straight'), more);
  expect(await allBytes(out)).toEqual(await allBytes(join(dir, 'straight')));
  run('umount', disk);
  mounted.pop();
});
