import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openPrepared } from './open-prepared.js';
import { preparedFolder } from './prepared-data.test-data.js';
import { failure } from './source/generate-ilsvrc.test-data.js';

let dir: string;
beforeEach(async () => {
  dir = await preparedFolder();
});

test('returns the prepared data', async () => {
  const data = await openPrepared(dir);
  expect(data).toMatchObject({
    path: dir,
    size: 16,
    format: 'jpg',
    splits: { train: { images: 8 }, val: { images: 4 } },
  });
  expect(data.classes.map(({ wnid }) => wnid)).toEqual(['n01491361', 'n01440764', 'n01484850', 'n01443537']);
  expect(data.label('train', 5)).toBe((await data.image('train', 5)).label);
  expect(data.meanImage).toHaveLength(16 * 16 * 3);
  await data.close();
});

test('a missing image is a RangeError; reading after close is an error that says so', async () => {
  const data = await openPrepared(dir);
  await expect(data.image('val', 4)).rejects.toThrow(
    'image must be a whole number from 0 to 3 (index), got 4.',
  );
  await expect(data.image('val', -1)).rejects.toThrow(RangeError);
  const reading = data.image('val', 0);
  await data.close();
  expect((await reading).label).toBe(0);
  expect(await failure(data.image('val', 0))).toBe(
    `${dir}/val-000000.tar cannot be read: the prepared data was closed.`,
  );
});

test('a folder that prepare did not finish is refused', async () => {
  await rm(join(dir, 'meta.json'));
  expect(await failure(openPrepared(dir))).toBe(
    `${dir} has no meta.json: prepare did not write this folder, or did not finish it.`,
  );
});

test('a shard, index or mean image that is missing or short is named', async () => {
  for (const name of ['train-000001.tar', 'val.index', 'mean-image.f32']) {
    const whole = await readFile(join(dir, name));
    await truncate(join(dir, name), whole.length - 1);
    expect(await failure(openPrepared(dir))).toBe(
      `${dir}/${name} has ${whole.length - 1} bytes, not ${whole.length}; prepare the folder again.`,
    );
    await rm(join(dir, name));
    expect(await failure(openPrepared(dir))).toBe(`${dir}/${name} is missing; prepare the folder again.`);
    await writeFile(join(dir, name), whole);
  }
  const index = await readFile(join(dir, 'val.index'));
  index.writeUInt32LE(7, 16);
  await writeFile(join(dir, 'val.index'), index);
  expect(await failure(openPrepared(dir))).toBe(
    `${dir}/val.index is damaged at image 1; prepare ${dir} again.`,
  );
});

test('every field of meta.json is checked, and another version is refused', async () => {
  const file = join(dir, 'meta.json');
  const text = await readFile(file, 'utf8');
  const meta = JSON.parse(text) as Record<string, unknown>;
  for (const field of Object.keys(meta)) {
    await writeFile(file, JSON.stringify({ ...meta, [field]: { wrong: true } }));
    expect(await failure(openPrepared(dir))).toMatch(
      new RegExp(`^${file} (is damaged: field ${field}|was not|has version)`),
    );
  }
  await writeFile(file, JSON.stringify({ ...meta, version: 1 }));
  expect(await failure(openPrepared(dir))).toBe(
    `${file} has version 1 but this program reads version 2; prepare it again.`,
  );
  await writeFile(file, text.replace('"channelMeans": [\n  1', '"channelMeans": [\n  2'));
  expect(await failure(openPrepared(dir))).toBe(
    `${file} is damaged: its checksum is wrong; prepare it again.`,
  );
  await writeFile(file, text.slice(0, -20));
  expect(await failure(openPrepared(dir))).toBe(
    `${file} is damaged: it is not JSON; prepare the folder again.`,
  );
});

test('a damaged image is named when it is read', async () => {
  const shard = join(dir, 'train-000000.tar');
  const bytes = await readFile(shard);
  bytes.fill(0, 512, 700);
  await writeFile(shard, bytes);
  const data = await openPrepared(dir);
  expect(await failure(data.image('train', 0))).toMatch(
    /train-000000\.tar: image 0 of train is damaged \(.+\); prepare it again\.$/,
  );
  bytes.fill(0, 0, 512);
  await writeFile(shard, bytes);
  expect(await failure(data.image('train', 0))).toContain('(the index points elsewhere)');
  await data.close();
});
