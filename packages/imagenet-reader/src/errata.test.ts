/** Checks for docs/errata.md: which mean is subtracted, and how often a crop is drawn. */
import { beforeAll, expect, test } from 'vitest';
import type { AugmentOptions } from './batches/augment-options.js';
import type { RawBatch } from './batches/raw-batch.js';
import type { PreparedData } from './open-prepared.js';
import { CROP, collect, preparedData, SIZE } from './prepared-data.test-data.js';
import { type TestIlsvrc, testIlsvrc } from './source/generate-ilsvrc.test-data.js';

let source: TestIlsvrc;
beforeAll(async () => {
  source = await testIlsvrc(10, 1); // 40 training images of 12 x 12, crops of 8 x 8
});

/** Returns all training images in one batch. */
async function batchOf(data: PreparedData, augment: AugmentOptions): Promise<RawBatch> {
  const options = { split: 'train', batchSize: 40, seed: 1, dropRemainder: false } as const;
  const [batch] = await collect(data.rawBatches({ ...options, augment: { cropSize: CROP, ...augment } }));
  return batch as RawBatch;
}
const rowsOf = ({ pixels }: RawBatch): Float32Array[] => {
  const size = CROP * CROP * 3;
  return Array.from({ length: pixels.length / size }, (_, i) => pixels.slice(i * size, (i + 1) * size));
};

test('the central mean window equals the aligned one in the central view only', async () => {
  const data = await preparedData(source);
  const [aligned, central] = await Promise.all([
    batchOf(data, { crop: 'ten', mean: 'aligned' }).then(rowsOf),
    batchOf(data, { crop: 'ten', mean: 'center' }).then(rowsOf),
  ]);
  expect(aligned).toHaveLength(400);
  aligned.forEach((row, i) => {
    const isSame = Buffer.from(row.buffer).equals(Buffer.from((central[i] as Float32Array).buffer));
    expect(isSame, `view ${i % 10}`).toBe(i % 10 === 2);
  });
});

test('one draw for 32 images gives them one location and mirror, one draw for each image gives many', async () => {
  const data = await preparedData(source);
  const locationsOf = async (crops: 'perImage' | 'perChunk32'): Promise<string[]> => {
    const batch = await batchOf(data, { crop: 'random', mean: 'none', crops });
    const rows = rowsOf(batch);
    return Promise.all(
      [...batch.indices].map(async (image, i) => findView(await data.image('train', image), rows[i])),
    );
  };
  const chunked = await locationsOf('perChunk32');
  expect(new Set(chunked.slice(0, 32)).size).toBe(1);
  expect(new Set(chunked).size).toBe(2);
  expect(new Set(await locationsOf('perImage')).size).toBeGreaterThan(15); // of 5 * 5 * 2
});

/** Finds where in its image a row was cropped. */
function findView({ pixels }: { pixels: Uint8Array }, row: Float32Array | undefined): string {
  for (const mirror of [false, true])
    for (let top = 0; top <= SIZE - CROP; top++)
      for (let left = 0; left <= SIZE - CROP; left++) {
        const isHere = row?.every((value, i) => {
          const [y, x, c] = [Math.floor(i / 3 / CROP), Math.floor(i / 3) % CROP, i % 3];
          const column = left + (mirror ? CROP - 1 - x : x);
          return pixels[((top + y) * SIZE + column) * 3 + c] === value;
        });
        if (isHere) return `${top},${left},${mirror}`;
      }
  throw new Error('the row must be a view of its image');
}
