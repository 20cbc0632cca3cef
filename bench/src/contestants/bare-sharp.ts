import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import sharp from 'sharp';
import { serve } from './serve.js';

sharp.cache(false);

/** The least that preparing and reading pictures can cost: sharp in a loop, to and from memory. */
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
      await pMap(files, prepareOne, { concurrency: threads });
      return undefined;
    };
  },
  decode: async ({ folder, threads, images }) => {
    const files = (await filesOf(String(folder))).slice(0, Number(images));
    const jpegs = await Promise.all(files.map((file) => readFile(file)));
    const decode = (bytes: Buffer): Promise<Buffer> =>
      sharp(bytes, { failOn: 'error' }).toColourspace('srgb').raw().toBuffer();
    return async () => {
      await pMap(jpegs, decode, { concurrency: threads });
      return undefined;
    };
  },
});

async function filesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.jpe?g$/i.test(name));
  return names.sort().map((name) => join(folder, name));
}
