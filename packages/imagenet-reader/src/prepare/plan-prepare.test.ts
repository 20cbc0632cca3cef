import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failure, temporaryFolder, testIlsvrc, writeTars } from '../source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../source/open-ilsvrc.js';
import { planPrepare } from './plan-prepare.js';
import { prepare } from './prepare.js';

test('predicts the space that prepare takes to a few per cent, and the order of its time', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, await testIlsvrc(40, 60));
  const source = await openIlsvrc(dir);
  for (const format of ['jpg', 'rgb'] as const) {
    const out = join(dir, `deep/er/${format}`);
    const options = { size: 64, format, shardImages: 50 } as const;
    const plan = await planPrepare(source, out, options);
    expect(plan).toMatchObject({ images: { train: 160, val: 60, test: 0 }, done: 0 });
    expect(plan.sampled).toBeGreaterThan(15);
    expect(plan.cores).toBeGreaterThan(0);
    expect(await readdir(dir)).not.toContain('deep'); // a plan does not write there
    const startedAt = performance.now();
    const { bytes } = await prepare(source, out, options);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(plan.bytes / bytes).toBeGreaterThan(0.95);
    expect(plan.bytes / bytes).toBeLessThan(1.07); // every sample ends with the end mark of a tar
    expect(plan.seconds / seconds).toBeGreaterThan(0.1); // a loaded machine changes from one second to the next
    expect(plan.seconds / seconds).toBeLessThan(10);
    await rm(join(dir, 'deep'), { recursive: true });
  }
  await source.close();
});

test('counts only the rest of unfinished work, and reports the free space of the disk', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, await testIlsvrc(6, 6));
  const source = await openIlsvrc(dir);
  const out = join(dir, 'out');
  const controller = new AbortController();
  const options = { size: 32, shardImages: 4 } as const;
  const whole = await planPrepare(source, out, options);
  const stopped = prepare(source, out, {
    ...options,
    signal: controller.signal,
    onProgress: ({ done }) => done > 20 && controller.abort(),
  });
  expect(await failure(stopped)).toContain('What is done is kept');
  const rest = await planPrepare(source, out, options);
  expect(rest.done).toBeGreaterThan(3);
  expect(rest.bytes / whole.bytes).toBeCloseTo((30 - rest.done) / 30, 1);
  expect(rest.freeBytes).toBeGreaterThan((await stat(join(dir, 'ILSVRC2012_img_train.tar'))).size);
  await source.close();
});

test('a bad option is named', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, await testIlsvrc(1, 1));
  await mkdir(join(dir, 'out'));
  const source = await openIlsvrc(dir);
  expect(await failure(planPrepare(source, join(dir, 'out'), { workers: -1 }))).toBe(
    'workers must be a whole number >= 0 (prepare), got -1.',
  );
  await source.close();
});
