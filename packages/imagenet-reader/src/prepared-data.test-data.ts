import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RawBatch } from './batches/raw-batch.js';
import { openPrepared, type PreparedData } from './open-prepared.js';
import { prepare } from './prepare/prepare.js';
import type { PrepareOptions } from './prepare/prepare-options.js';
import {
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  writeTars,
} from './source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from './source/open-ilsvrc.js';

/** The sides of the test images and of their views. */
export const SIZE = 12;
export const CROP = 8;

/** Makes a prepared folder of 8 training and 4 validation images in shards of 3, for the current test. */
export async function preparedFolder(): Promise<string> {
  const files = await temporaryFolder();
  await writeTars(files, await testIlsvrc(2, 4));
  const source = await openIlsvrc(files);
  const dir = join(files, 'out');
  await prepare(source, dir, { size: 16, shardImages: 3 });
  await source.close();
  return dir;
}

/** Prepares a data set and opens it, for the current test. */
export async function preparedData(source: TestIlsvrc, options: PrepareOptions = {}): Promise<PreparedData> {
  const dir = await temporaryFolder();
  await writeTars(dir, source);
  const opened = await openIlsvrc(dir);
  await prepare(opened, join(dir, 'out'), { size: SIZE, format: 'rgb', shardImages: 4, ...options });
  await opened.close();
  const data = await openPrepared(join(dir, 'out'));
  onTestFinished(() => data.close());
  return data;
}

export async function collect(batches: AsyncIterable<RawBatch>): Promise<RawBatch[]> {
  const all: RawBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}
