import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tenCropViews } from '@alexnet/ten-crop';
import { expect, test } from 'vitest';
import { imageInputs, openIlsvrc, openPrepared, prepare } from './index.js';
import { failure, jpeg, temporaryFolder, writeFiles } from './source/generate-ilsvrc.test-data.js';

const size = 40;
const cropSize = 32;

/** A prepared data set of raw pixels, and the files of its validation images. */
async function preparedImages() {
  const dir = await temporaryFolder();
  for (const [n, name] of ['a', 'b'].entries()) {
    for (const split of ['train', 'val'] as const) {
      const bytes = await jpeg(10 * n + split.length, 60 + 7 * n, 50);
      await writeFiles(join(dir, 'raw', split, name), [{ name: `${name}.jpg`, bytes }]);
    }
  }
  const source = await openIlsvrc(join(dir, 'raw'));
  await prepare(source, join(dir, 'prepared'), { size, format: 'rgb', workers: 0 });
  await source.close();
  const files = await Promise.all(
    ['a', 'b'].map((name) => readFile(join(dir, 'raw/val', name, `${name}.jpg`))),
  );
  return { data: await openPrepared(join(dir, 'prepared')), files };
}

test('a file becomes the same input as its image in prepared data, whatever the mean and the views', async () => {
  const { data, files } = await preparedImages();
  const { meanImage } = data;
  const std = [50, 60, 70] as const;
  for (const crop of [
    'center',
    'ten',
    tenCropViews({ imageSize: size, size: cropSize }).slice(3, 5),
  ] as const) {
    for (const mean of ['aligned', 'center', 'none', [120, 110, 100]] as const) {
      const read = imageInputs({ size, cropSize, crop, mean, std, meanImage });
      const inputs = await Promise.all(files.map((file) => read(file))); // both at once
      const batches = data.rawBatches({ split: 'val', batchSize: 1, augment: { crop, cropSize, mean, std } });
      let n = 0;
      for await (const { pixels, shape } of batches) {
        expect(inputs[n]?.shape).toEqual(shape);
        expect(inputs[n]?.pixels).toEqual(pixels);
        n++;
      }
      expect(n).toBe(2);
    }
  }
  await data.close();
});

test('by default it is the central view of 224 pixels of a square of 256', async () => {
  const read = imageInputs({ mean: 'none' });
  const { pixels, shape } = await read(await jpeg(1, 300, 280));
  expect(shape).toEqual([1, 224, 224, 3]);
  expect(pixels.every((value) => value >= 0 && value <= 255)).toBe(true);
});

test('files that are no images, and options that cannot be, are refused', async () => {
  const read = imageInputs({ mean: 'none' });
  expect(await failure(read(Buffer.from('<svg/>')))).toBe('it is not a JPEG, PNG, GIF, WebP, TIFF or AVIF');
  expect(await failure(read(new Uint8Array()))).toBe('it is empty');
  expect(() => imageInputs({ mean: 'center' })).toThrow(
    "meanImage must have 256 x 256 x 3 values if mean is 'center' (imageInputs), got undefined.",
  );
  expect(() => imageInputs({ mean: 'aligned', meanImage: new Float32Array(9) })).toThrow('got 9.');
  expect(() => imageInputs({ mean: 'channel' as never })).toThrow(
    "mean must be 'aligned', 'center' or 'none'",
  );
  expect(() => imageInputs({ mean: 'none', crop: 'random' as never })).toThrow('crop must be');
  expect(() => imageInputs({ mean: 'none', cropSize: 300 })).toThrow('cropSize must be');
  expect(() => imageInputs({ mean: 'none', side: 9 } as never)).toThrow('options must be among');
});
