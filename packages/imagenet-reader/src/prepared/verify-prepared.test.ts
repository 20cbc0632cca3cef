import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '@alexnet/random';
import { beforeEach, expect, test } from 'vitest';
import { preparedFolder } from '../prepared-data.test-data.js';
import { failure } from '../source/generate-ilsvrc.test-data.js';
import { verifyPrepared } from './verify-prepared.js';

let dir: string;
beforeEach(async () => {
  dir = await preparedFolder();
});

test('finds no problem in the output of prepare, and reports what it read', async () => {
  const progress: number[] = [];
  const report = await verifyPrepared(dir, { onProgress: ({ done, total }) => progress.push(done / total) });
  expect(report).toMatchObject({ path: dir, images: { train: 8, val: 4, test: 0 }, problems: [] });
  expect(report.bytes).toBeGreaterThan(5 * 1024);
  expect(progress).toHaveLength(5);
  expect(progress.at(-1)).toBe(1);
});

test('finds one changed byte, anywhere in any file', async () => {
  const stream = randomStream(7);
  for (const name of await readdir(dir)) {
    const file = join(dir, name);
    const bytes = await readFile(file);
    for (let i = 0; i < 12; i++) {
      const changed = Buffer.from(bytes);
      const at = Math.floor(stream.uniform() * bytes.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(stream.uniform() * 8));
      await writeFile(file, changed);
      const found = await verifyPrepared(dir).then(
        ({ problems }) => problems,
        (error: Error) => [error.message],
      );
      expect(found.join(), `byte ${at} of ${name}`).toContain(file);
    }
    await writeFile(file, bytes);
  }
  expect((await verifyPrepared(dir)).problems).toEqual([]);
});

test('names the file, the image and the byte', async () => {
  const shard = join(dir, 'train-000001.tar');
  const index = await readFile(join(dir, 'train.index'));
  const byte = index.readUInt32LE(4 * 16 + 4) * 512; // the fifth image is the second of this shard
  const bytes = await readFile(shard);
  const sha = `${shard} does not have the SHA-256 that prepare recorded`;
  const where = `${shard}: image 4 of train, at byte ${byte}, `;
  const problems = async (change: (copy: Buffer) => unknown): Promise<readonly string[]> => {
    const copy = Buffer.from(bytes);
    change(copy);
    await writeFile(shard, copy);
    return (await verifyPrepared(dir)).problems;
  };
  expect(await problems((copy) => copy.fill(0, byte + 512, byte + 600))).toEqual([
    sha,
    `${where}cannot be decoded`,
  ]);
  expect(await problems((copy) => copy.writeUInt8(7, byte))).toEqual([sha, `${where}has a wrong header`]);
  const label = byte + 512 + Math.ceil(index.readUInt32LE(4 * 16 + 8) / 512) * 512 + 512;
  expect(await problems((copy) => copy.write('9', label))).toEqual([
    sha,
    `${where}has a label other than ${index.readUInt32LE(4 * 16 + 12)}`,
  ]);
});

test('names all files that are missing or too short', async () => {
  const lost = join(dir, 'val-000000.tar');
  const short = join(dir, 'mean-image.f32');
  await rm(lost);
  await truncate(short, 100);
  await rm(join(dir, 'train.index'));
  expect((await verifyPrepared(dir)).problems).toEqual([
    `${short} has 100 bytes, not 3072`,
    `${join(dir, 'train.index')} is missing`,
    `${lost} is missing`,
  ]);
  await rm(join(dir, 'meta.json'));
  expect(await failure(verifyPrepared(dir))).toBe(
    `${dir} has no meta.json: prepare did not write this folder, or did not finish it.`,
  );
});

test('stops at its signal', async () => {
  const controller = new AbortController();
  const stopped = verifyPrepared(dir, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});
