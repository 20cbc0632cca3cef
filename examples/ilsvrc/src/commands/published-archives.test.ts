import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

const shards = fileURLToPath(
  new URL('../../../../packages/imagenet-reader/fixtures/parquet/data', import.meta.url),
);
const cifar = 'downloads/cifar-10-batches-bin';
const net = '--width 0.0625 --batch-size 4 --epochs 1';
const table = /epoch 1\/1 +loss [\d.]+ +error [\d.]+% +validation [\d.]+% \/ [\d.]+%/;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder.path, cifar), { recursive: true });
  for (const [i, name] of ['1', '2', '3', '4', '5', 'test'].entries()) {
    const file = name === 'test' ? 'test_batch.bin' : `data_batch_${name}.bin`;
    const records = [i % 5, 9 - (i % 5)].map((label) => {
      const record = Buffer.alloc(3073, 20 * label + i);
      record[0] = label;
      return record;
    });
    await writeFile(join(folder.path, cifar, file), Buffer.concat(records));
  }
  const names = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');
  await writeFile(join(folder.path, cifar, 'batches.meta.txt'), `${names.join('\n')}\n\n`);
  await cp(shards, join(folder.path, 'imagenet-1k/data'), { recursive: true });
});
afterAll(() => folder.remove());

test('CIFAR-10 as it unpacks is prepared, and trained with its test batch as validation', async () => {
  const prepared = await inProcess(folder.path, 'prepare --data downloads --out squares --size 72 --json');
  expect(prepared.code, prepared.stderr).toBe(0);
  expect(JSON.parse(prepared.stdout)).toMatchObject({
    layout: 'cifar',
    images: { train: 10, val: 2, test: 0 },
    missing: [],
  });
  const trained = await inProcess(folder.path, `train --data squares --image-size 64 ${net}`);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toMatch(table);
});

test('Parquet shards of Hugging Face are trained on, and say which split is left out', async () => {
  const trained = await inProcess(folder.path, `train --data imagenet-1k ${net}`);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toContain('10 training and 3 validation images of 3 classes');
  expect(trained.stderr).toMatch(/test-00000-of-00001\.parquet and all other test shards are left out/);
  expect(trained.stderr).toMatch(table);
});
