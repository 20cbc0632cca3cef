import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openData } from './open-data.js';

let folder: string;
let archive: string;
/** CIFAR-10's binary version with two images of each class in every batch, all pixels of an image alike. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alexnet-cifar10-'));
  const batches = join(folder, 'cifar-10-batches-bin');
  mkdirSync(batches);
  for (const name of [
    'data_batch_1',
    'data_batch_2',
    'data_batch_3',
    'data_batch_4',
    'data_batch_5',
    'test_batch',
  ]) {
    const records = Array.from({ length: 20 }, (_, i) => Buffer.alloc(3073, 10 * i).fill(i % 10, 0, 1));
    writeFileSync(join(batches, `${name}.bin`), Buffer.concat(records));
  }
  archive = join(folder, 'cifar-10-binary.tar.gz');
  execFileSync('tar', ['czf', archive, '-C', folder, 'cifar-10-batches-bin']);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

const cifar = {
  title: 'CIFAR-10',
  names: ['cifar-10-batches-bin', 'cifar-10-binary.tar.gz'],
  url: 'https://example.org/cifar-10-binary.tar.gz',
  size: 32,
};
const open = (out: string, data?: string) =>
  openData({ ...cifar, data, out: join(folder, out), smoke: false, signal: new AbortController().signal });

test.each(['folder', 'archive'])('the %s is prepared once, its pixels as they are', async (what) => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const path = what === 'folder' ? join(folder, 'cifar-10-batches-bin') : archive;
  for (const _ of [1, 2]) {
    const { name, prepared } = await open(what, path);
    expect(name).toBe(what === 'folder' ? 'cifar-10-batches-bin' : 'cifar-10-binary.tar.gz');
    const { splits, classes, size } = prepared;
    expect([splits.train.images, splits.val.images, classes.length, size]).toEqual([100, 20, 10, 32]);
    const grey = new Set((await prepared.image('train', 0)).pixels);
    expect(grey.size).toBe(1);
    expect(([...grey][0] as number) % 10).toBe(0);
    await prepared.close();
  }
  vi.restoreAllMocks();
});

test('prepared images are used as they are', async () => {
  const [prepared] = readdirSync(join(folder, 'folder')).filter((name) => name.endsWith('-32'));
  const data = await open('prepared', join(folder, 'folder', prepared as string));
  expect(data.prepared.path).toBe(join(folder, 'folder', prepared as string));
  await data.prepared.close();
});

test('ALEXNET_DATA names a folder in which it is looked for', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubEnv('ALEXNET_DATA', folder);
  const { name, prepared } = await open('found');
  expect(name).toBe('cifar-10-batches-bin');
  await prepared.close();
  vi.restoreAllMocks();
});

test('without data, one line says where it was looked for and where to download it', async () => {
  vi.stubEnv('ALEXNET_DATA', join(folder, 'nowhere'));
  await expect(open('none')).rejects.toThrow(
    /^no CIFAR-10 was found \(looked in data\/cifar-10-batches-bin, .*nowhere\/cifar-10-binary\.tar\.gz\): download https:\/\/example\.org\/cifar-10-binary\.tar\.gz and name it with --data\.$/,
  );
  await expect(open('none', join(folder, 'absent'))).rejects.toThrow(
    `--data: there is no ${join(folder, 'absent')}.`,
  );
});

test('an archive that is cut off is an error that names it, and leaves nothing behind', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const broken = join(folder, 'broken.tar.gz');
  writeFileSync(broken, 'this is not an archive');
  await expect(open('broken', broken)).rejects.toThrow(`${broken} cannot be unpacked: `);
  expect(readdirSync(join(folder, 'broken'))).toEqual([]);
  vi.restoreAllMocks();
});
