import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type TestIlsvrc, temporaryFolder, writeTars } from './generate-ilsvrc.test-data.js';
import { openIlsvrc } from './open-ilsvrc.js';
import { openPrepared, type PreparedData } from './open-prepared.js';
import { prepare } from './prepare.js';
import type { PrepareOptions } from './prepare-options.js';
import type { RawBatch } from './raw-batch.js';

/** Sides of the test pictures and of their views. */
export const SIZE = 12;
export const CROP = 8;

/** Prepares a data set and opens it, for the test that is running. */
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
