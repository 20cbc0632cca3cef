import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import sharp from 'sharp';
import { serve } from './serve.js';

sharp.cache(false);

/** Images at a time per core; with one, the pool waits for JavaScript between two images. */
const IN_FLIGHT = 2;

/** The lower bound for preparing and reading images: sharp in a loop, from and to memory. */
await serve(`sharp ${sharp.versions.sharp}`, {
  prepare: async ({ folder, threads }) => {
    const files = await filesOf(String(folder));
    const prepareOne = async (file: string): Promise<void> => {
      await sharp(await readFile(file), { failOn: 'error' })
        .resize({ width: 256, height: 256, fit: 'cover', position: 'centre', fastShrinkOnLoad: false })
        .removeAlpha()
        .toColourspace('srgb')
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        .toBuffer();
    };
    return async () => {
      await pMap(files, prepareOne, { concurrency: IN_FLIGHT * threads });
      return undefined;
    };
  },
  decode: async ({ folder, threads, images }) => {
    const jpegs = await storedJpegs(String(folder), Number(images));
    const decode = (bytes: Buffer): Promise<Buffer> =>
      sharp(bytes, { failOn: 'error' }).toColourspace('srgb').raw().toBuffer();
    return async () => {
      await pMap(jpegs, decode, { concurrency: IN_FLIGHT * threads });
      return undefined;
    };
  },
});

async function filesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.jpe?g$/i.test(name));
  if (names.length === 0) throw new Error(`${folder} holds no JPEG`);
  return names.sort().map((name) => join(folder, name));
}

/** The first `count` images in the index of a prepared folder, read from its shards. */
async function storedJpegs(folder: string, count: number): Promise<Buffer[]> {
  const shards = (await readdir(folder)).filter((name) => /^train-.*\.tar$/.test(name)).sort();
  const tars = await Promise.all(shards.map((name) => readFile(join(folder, name))));
  const index = await readFile(join(folder, 'train.index'));
  return Array.from({ length: count }, (_, i) => {
    const [shard = 0, block = 0, size = 0] = [0, 4, 8].map((word) => index.readUInt32LE(i * 16 + word));
    const tar = tars[shard];
    if (!tar) throw new RangeError(`the index must name one of ${tars.length} shards, got ${shard}.`);
    return tar.subarray((block + 1) * 512, (block + 1) * 512 + size);
  });
}
