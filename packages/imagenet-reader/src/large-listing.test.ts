/**
 * The memory of a listing. `ALEXNET_LARGE=1` lists ILSVRC's 1.28 million training images, 1000 tars in a tar,
 * whose headers are made as they are read; otherwise there are 10 images per class.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { assembleSource } from './source/assemble-source.js';
import type { ByteSource } from './source/byte-source.js';
import { sealed } from './source/generate-ilsvrc.test-data.js';
import { trainTarImages } from './source/layouts/tar-splits.js';

const CLASSES = 1000;
const PER_CLASS = process.env.ALEXNET_LARGE ? 1281 : 10;
const IMAGE = 109_776; // bytes, about ILSVRC's mean
const ENTRY = 512 + Math.ceil(IMAGE / 512) * 512;
const INNER = PER_CLASS * ENTRY + 1024;

const wnidOf = (c: number): string => `n${String(10_000_000 + c)}`;

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  const digits = size.toString(8).padStart(11, '0');
  if (digits.length <= 11) block.write(digits, 124);
  block.write('0', 156);
  return sealed(block);
}

/** An ILSVRC2012_img_train.tar of any size; reading its images is an error. */
function syntheticTrainTar(): ByteSource {
  const size = CLASSES * (512 + INNER) + 1024;
  return {
    path: 'train.tar',
    size,
    async read(position, length) {
      if (length !== 512) throw new Error(`${length} bytes were read, not a header`);
      const c = Math.floor(position / (512 + INNER));
      const at = position % (512 + INNER);
      if (c >= CLASSES) return Buffer.alloc(512);
      if (at === 0) return header(`${wnidOf(c)}.tar`, INNER);
      const i = (at - 512) / ENTRY;
      if (i >= PER_CLASS) return Buffer.alloc(512);
      if (!Number.isInteger(i)) throw new Error(`byte ${position} was read, inside an image`);
      return header(`${wnidOf(c)}_${c * 7 + i * 11}.JPEG`, IMAGE);
    },
    close: async () => undefined,
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test(`${CLASSES * PER_CLASS} images are listed in 156 bytes each, 200 MB for 1.28 million`, {
  timeout: 600_000,
}, async () => {
  const [before, rss] = [heldBytes(), process.memoryUsage().rss];
  const classes = Array.from({ length: CLASSES }, (_, c) => ({ wnid: wnidOf(c), words: '' }));
  const train = await trainTarImages(syntheticTrainTar(), classes);
  const source = assembleSource('x', { layout: 'tars', classes, splits: { train }, missing: [] });
  const count = CLASSES * PER_CLASS;
  expect(source.counts.train).toBe(count);
  expect(heldBytes() - before).toBeLessThan(4e6 + 156 * count);
  let seen = 0;
  for await (const { label, bytes } of source.images('train', 3 * PER_CLASS)) {
    if (seen++ === 0) expect([label, bytes.range?.size]).toEqual([3, IMAGE]);
  }
  expect(seen).toBe(count - 3 * PER_CLASS);
  const growth = process.memoryUsage().rss - rss;
  if (process.env.ALEXNET_LARGE) expect(growth).toBeLessThan(200e6);
});
