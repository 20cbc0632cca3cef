import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeMeta } from './write-meta.js';

const SHARD_IMAGES = 1024;
const IMAGE = 30_000; // bytes of each image
const BLOCKS = 1 + Math.ceil(IMAGE / 512) + 2; // of 512 bytes: header and image, header and label

/**
 * A prepared folder of `images` training images that do not exist: its index and `meta.json` are whole, its shards are sparse
 * files without a byte on the disk. Classes, mean and size are those of `model`.
 */
export async function preparedInName(model: string, folder: string, images: number): Promise<string> {
  await mkdir(folder);
  const meta = JSON.parse(await readFile(join(model, 'meta.json'), 'utf8'));
  const index = new Uint32Array(images * 4);
  for (let i = 0; i < images; i++) {
    index.set([Math.floor(i / SHARD_IMAGES), (i % SHARD_IMAGES) * BLOCKS, IMAGE, 0], i * 4);
  }
  const shards: { file: string; bytes: number; images: number; sha256: string }[] = [];
  for (let first = 0; first < images; first += SHARD_IMAGES) {
    const held = Math.min(SHARD_IMAGES, images - first);
    const shard = {
      file: `train-${String(shards.length).padStart(6, '0')}.tar`,
      bytes: (held * BLOCKS + 2) * 512,
      images: held,
      sha256: '0'.repeat(64), // nobody reads the shards
    };
    await writeFile(join(folder, shard.file), '');
    await truncate(join(folder, shard.file), shard.bytes);
    shards.push(shard);
  }
  await copyFile(join(model, meta.meanImage), join(folder, meta.meanImage));
  await writeFile(join(folder, meta.splits.train.index), index);
  await writeMeta(folder, { ...meta, splits: { train: { ...meta.splits.train, images, shards } } });
  return folder;
}
