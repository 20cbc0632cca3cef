import { drawColorShift } from '@alexnet/augment-pca';
import { randomStream } from '@alexnet/random';
import { drawView, gridCrops, tenCropViews } from '@alexnet/ten-crop';
import { beforeAll, expect, test } from 'vitest';
import type { PreparedData } from '../open-prepared.js';
import { CROP, collect, preparedData, SIZE } from '../prepared-data.test-data.js';
import { type TestIlsvrc, testIlsvrc } from '../source/generate-ilsvrc.test-data.js';
import type { AugmentOptions } from './augment-options.js';

let source: TestIlsvrc;
beforeAll(async () => {
  source = await testIlsvrc(10, 7);
});
const use = (): Promise<PreparedData> => preparedData(source);

const f32 = Math.fround; // the rounding of each vector operation

/** The rows of one image, computed value by value from the definition. */
async function slowRows(
  opened: PreparedData,
  split: 'train' | 'val',
  image: number,
  position: number,
  augment: AugmentOptions,
  seed: number,
  epoch: number,
): Promise<number[]> {
  const { pixels } = await opened.image(split, image);
  const at = (values: ArrayLike<number>, y: number, x: number, c: number): number =>
    values[(y * SIZE + x) * 3 + c] ?? Number.NaN;
  const geometry = { imageSize: SIZE, size: CROP };
  const key = augment.crops === 'perChunk32' ? [3, epoch, Math.floor(position / 32)] : [2, epoch, image];
  const { crop } = augment;
  const views =
    typeof crop === 'object'
      ? crop
      : crop === 'ten'
        ? tenCropViews(geometry)
        : crop === 'center'
          ? [{ top: 2, left: 2, mirror: false }]
          : [drawView(randomStream(seed, ...key), { ...geometry, mirror: augment.mirror ?? true })];
  const isNoisy = augment.pca && crop !== 'ten' && typeof crop !== 'object';
  const shift = isNoisy
    ? drawColorShift(randomStream(seed, 4, epoch, image), opened.pca, augment.pca)
    : [0, 0, 0];
  const rows: number[] = [];
  for (const view of views)
    for (let y = 0; y < CROP; y++)
      for (let x = 0; x < CROP; x++)
        for (const c of [0, 1, 2] as const) {
          const [sy, sx] = [view.top + y, view.left + (view.mirror ? CROP - 1 - x : x)];
          const { mean: chosen = 'aligned', std = [1, 1, 1], inputScale = 1 } = augment;
          const mean =
            typeof chosen !== 'string'
              ? chosen[c]
              : {
                  aligned: at(opened.meanImage, sy, sx, c),
                  center: at(opened.meanImage, 2 + y, 2 + x, c),
                  channel: opened.channelMeans[c],
                  none: 0,
                }[chosen];
          const centred = f32(at(pixels, sy, sx, c) - f32(mean));
          rows.push(f32(f32(centred + f32(shift[c] ?? 0)) * f32(inputScale / std[c])));
        }
  return rows;
}

const cases: AugmentOptions[] = [
  {},
  { crop: 'random', mirror: false, mean: 'none' },
  {
    crop: 'random',
    mean: 'center',
    pca: { sigma: 0.1, scale: 'sqrt' },
    inputScale: 1 / 1.1,
    crops: 'perChunk32',
  },
  { crop: 'random', mean: 'channel', pca: { scale: 'eigenvalue', sigma: 0.01 } },
  { crop: 'random', mean: 'aligned', pca: { scale: 'sqrt', sigma: 0.5 }, inputScale: 0.5 },
  { crop: 'center', mean: 'aligned' },
  { crop: 'center', mean: 'center', pca: { scale: 'sqrt' } },
  { crop: 'ten', mean: 'aligned' },
  { crop: 'ten', mean: 'center', pca: { scale: 'sqrt' }, inputScale: 2 },
  { crop: gridCrops({ imageSize: SIZE, size: CROP, rows: 3, columns: 2 }), mean: 'aligned' },
  { crop: [{ top: 4, left: 1, mirror: true }], mean: 'center', pca: { scale: 'sqrt' } },
  { crop: 'random', mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] },
  { crop: 'center', mean: 'aligned', std: [58.395, 57.12, 57.375], inputScale: 0.5 },
];

test.each(cases.map((augment) => [JSON.stringify(augment), augment] as const))(
  'equals the slow definition with %s',
  async (_, options) => {
    const opened = await use();
    const augment = { ...options, cropSize: CROP };
    const batches = await collect(
      opened.rawBatches({ split: 'train', batchSize: 12, seed: 5, epoch: 3, dropRemainder: false, augment }),
    );
    let position = 0;
    for (const { pixels, labels, indices, shape } of batches) {
      const views = augment.crop === 'ten' ? 10 : typeof augment.crop === 'object' ? augment.crop.length : 1;
      expect(shape).toEqual([indices.length * views, CROP, CROP, 3]);
      const expected: number[] = [];
      for (const [i, image] of indices.entries()) {
        expected.push(...(await slowRows(opened, 'train', image, position++, augment, 5, 3)));
        expect(labels[i * views]).toBe(opened.label('train', image));
      }
      expect(labels).toHaveLength(indices.length * views);
      expect(
        Buffer.compare(Buffer.from(pixels.buffer), Buffer.from(Float32Array.from(expected).buffer)),
      ).toBe(0);
    }
    expect(position).toBe(40);
  },
);

test('JPEG shards give the same batches as their decoded images', async () => {
  const jpg = await preparedData(source, { format: 'jpg' });
  const [batch] = await collect(jpg.rawBatches({ split: 'val', batchSize: 7, augment: { cropSize: CROP } }));
  const expected: number[] = [];
  for (let i = 0; i < 7; i++) expected.push(...(await slowRows(jpg, 'val', i, i, { crop: 'center' }, 0, 0)));
  expect(batch?.pixels).toEqual(Float32Array.from(expected));
});
