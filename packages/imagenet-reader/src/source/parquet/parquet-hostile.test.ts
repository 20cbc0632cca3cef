import { readFile } from 'node:fs/promises';
import { randomStream } from '@alexnet/random';
import { expect, test } from 'vitest';
import { bufferByteSource } from '../byte-source.js';
import { fixture } from '../generate-ilsvrc.test-data.js';
import { ParquetTable } from './parquet-table.js';

const shard = await readFile(fixture('parquet/data/train-00000-of-00002.parquet'));

/** Reads every column of a file; the message of the error if it cannot be read. */
async function readAll(bytes: Buffer): Promise<string> {
  try {
    const table = await ParquetTable.open(bufferByteSource(bytes, 'x.parquet'));
    const { image, name = image, label } = table.columns;
    for (const group of table.groups.keys()) {
      await table.read([label, name], group);
      await table.read([image], group);
    }
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('a damaged file is read or is an error of one line that names it, and never ends the process', async () => {
  expect(await readAll(shard)).toBe('');
  const stream = randomStream(17, 4);
  for (let i = 0; i < 400; i++) {
    const bytes = Buffer.from(shard);
    for (let flips = 0; flips <= i % 3; flips++) {
      bytes[Math.floor(stream.uniform() * bytes.length)] = Math.floor(stream.uniform() * 256);
    }
    expect(await readAll(bytes), `file ${i}`).toMatch(/^$|^x\.parquet .+$/);
  }
});

test('a file that is cut off anywhere is an error', async () => {
  for (let length = 0; length < shard.length; length += 97) {
    expect(await readAll(shard.subarray(0, length)), `${length} bytes`).toMatch(
      /^x\.parquet cannot be read as Parquet \(.+\); fetch it again\.$/,
    );
  }
});
