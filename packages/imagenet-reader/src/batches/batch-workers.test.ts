/**
 * Batches made by threads are bit-identical to those made without, leave nothing behind, and name what is
 * damaged.
 */
import { execFile } from 'node:child_process';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gridCrops } from '@alexnet/ten-crop';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PreparedData } from '../open-prepared.js';
import { CROP, collect, preparedData, SIZE } from '../prepared-data.test-data.js';
import { failure, type TestIlsvrc, testIlsvrc } from '../source/generate-ilsvrc.test-data.js';
import type { BatchOptions } from './batch-options.js';
import type { RawBatch } from './raw-batch.js';

let source: TestIlsvrc;
beforeAll(async () => {
  source = await testIlsvrc(10, 7);
});
const options: BatchOptions = {
  split: 'train',
  batchSize: 7,
  seed: 3,
  epoch: 2,
  dropRemainder: false,
  augment: { cropSize: CROP, pca: { scale: 'sqrt' } },
};

test.each(['rgb', 'jpg'] as const)(
  'batches from %s are bit-identical for any number of threads',
  async (format) => {
    const data = await preparedData(source, { format });
    const here = await collect(data.rawBatches({ ...options, workers: 0 }));
    expect(here).toHaveLength(6);
    for (const [workers, prefetch] of [
      [1, 0],
      [2, 5],
      [3, 1],
    ]) {
      expect(await collect(data.rawBatches({ ...options, workers, prefetch } as BatchOptions))).toEqual(here);
    }
  },
);

test.each([0, 1])(
  'with reuse and %i threads, a batch is valid until the next is requested',
  async (workers) => {
    const data = await preparedData(source);
    const expected = await collect(data.rawBatches(options));
    const made: RawBatch[] = [];
    for await (const batch of data.rawBatches({ ...options, workers, prefetch: 0, reuse: true })) {
      expect(batch).toEqual(expected[made.length]);
      made.push(batch);
    }
    expect(made[0]?.pixels).toEqual(expected[4]?.pixels); // the same memory; the last batch is smaller
    expect(made[1]?.pixels).toEqual(expected[4]?.pixels);
    const bytes = data.pixelBatches({ ...options, augment: { cropSize: CROP }, workers, reuse: true });
    const pixels: number[][] = [];
    for await (const batch of bytes) pixels.push([...batch.pixels]);
    const fresh = await collect(data.pixelBatches({ ...options, augment: { cropSize: CROP } }) as never);
    expect(pixels).toEqual(fresh.map((batch) => [...batch.pixels]));
  },
);

describe('stopping', () => {
  /** Threads of this process, without those of libvips, which end on their own some time after their work. */
  async function threads(): Promise<number> {
    const names = (await readdir('/proc/self/task')).map((id) =>
      readFile(`/proc/self/task/${id}/comm`, 'utf8').catch(() => 'ended'),
    );
    return (await Promise.all(names)).filter((name) => !/^(libvips|ended)/.test(name)).length;
  }

  test.skipIf(process.platform !== 'linux')('early or by a signal leaves no thread behind', async () => {
    const data = await preparedData(source, { format: 'jpg' });
    const many: BatchOptions = { ...options, workers: 3, prefetch: 4 };
    await collect(data.rawBatches(many)); // the decoding pool now has all its threads
    const before = await threads();
    for await (const _ of data.rawBatches(many)) {
      expect(await threads()).toBe(before + 3);
      break;
    }
    expect(await threads()).toBe(before);
    const controller = new AbortController();
    const stopped = (async () => {
      for await (const _ of data.rawBatches({ ...many, signal: controller.signal })) {
        controller.abort(new Error('enough'));
      }
    })();
    await expect(stopped).rejects.toThrow('enough');
    expect(await threads()).toBe(before);
  });

  test('an iterator that is left in the middle does not keep the process alive', async () => {
    const data = await preparedData(source);
    const program = `
      import { openPrepared } from '@alexnet/imagenet-reader';
      const data = await openPrepared(${JSON.stringify(data.path)});
      const options = { split: 'train', batchSize: 7, augment: { cropSize: ${CROP} }, workers: 2, prefetch: 3 };
      const { value } = await data.rawBatches(options)[Symbol.asyncIterator]().next();
      console.log(value.shape.join());
    `;
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 30_000 });
    expect(stdout).toBe(`7,${CROP},${CROP},3\n`);
  });
});

test.each([0, 2])('a damaged shard is named, with %i threads', async (workers) => {
  const data = await preparedData(source);
  const shard = join(data.path, 'train-000002.tar');
  const file = await open(shard, 'r+');
  await file.write(Buffer.alloc(512, 'x'), 0, 512, 0);
  await file.close();
  const reading = collect(data.rawBatches({ ...options, shuffle: false, workers }));
  expect(await failure(reading)).toBe(
    `${shard}: image 8 of train is damaged (the index points elsewhere); prepare it again.`,
  );
});

test('starved is the share of the time that the consumer waits', async () => {
  const data = await preparedData(source);
  const batches = data.rawBatches({ ...options, workers: 1, prefetch: 6 });
  expect(batches.starved).toBe(0);
  await collect(batches);
  expect(batches.starved).toBeGreaterThan(0.9); // the consumer does nothing but wait
  for await (const _ of batches) await delay(100);
  expect(batches.starved).toBeLessThan(0.5); // the consumer waits for the first batch, then works for 600 ms
  expect(batches.starved).toBeGreaterThan(0);
});

test.each([
  ['random', 'random' as const],
  ['listed', gridCrops({ imageSize: SIZE, size: CROP, rows: 2 })],
])('pixelBatches returns the bytes of the same %s views', async (_, crop) => {
  const data = await preparedData(source);
  const augment = { cropSize: CROP, crop };
  const bytes = data.pixelBatches({ ...options, augment });
  const floats = await collect(data.rawBatches({ ...options, augment: { ...augment, mean: 'none' } }));
  let i = 0;
  for await (const { pixels, labels, indices, shape } of bytes) {
    expect(pixels).toBeInstanceOf(Uint8Array);
    expect([...pixels]).toEqual([...(floats[i]?.pixels ?? [])]);
    expect({ labels, indices, shape }).toEqual({
      labels: floats[i]?.labels,
      indices: floats[i]?.indices,
      shape: floats[i]?.shape,
    });
    i++;
  }
  expect(i).toBe(bytes.size);
  const noisy = { ...options, augment: { pca: { scale: 'sqrt' } } } as object;
  expect(() => (data as PreparedData).pixelBatches(noisy as never)).toThrow(
    'pca must be left out because pixels are not changed (pixelBatches), got {"scale":"sqrt"}.',
  );
});
