import { execFileSync, spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PreparedData } from '../open-prepared.js';
import type { ImageFormat } from '../prepared/image-format.js';
import { preparedData, SIZE } from '../prepared-data.test-data.js';
import { fixture, testIlsvrc } from '../source/generate-ilsvrc.test-data.js';

/** A Python that has webdataset and Pillow: python3, or the one that ALEXNET_PYTHON names. */
const python = process.env.ALEXNET_PYTHON ?? 'python3';
const hasWebDataset = spawnSync(python, ['-c', 'import webdataset, PIL']).status === 0;

const formats: readonly ImageFormat[] = ['jpg', 'rgb'];
const prepareAs = async (format: ImageFormat): Promise<PreparedData> =>
  preparedData(await testIlsvrc(3, 6), { format });

async function shardsOf({ path }: PreparedData, split: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => name.startsWith(split) && name.endsWith('.tar'));
  return names.sort().map((name) => join(path, name));
}

test.for(formats)('PyTorch’s webdataset reads %s shards: keys, labels, pixels', async (format, context) => {
  if (!hasWebDataset) {
    return context.skip(`${python} has no webdataset with Pillow; ALEXNET_PYTHON can name one that has`);
  }
  const data = await prepareAs(format);
  for (const split of ['train', 'val'] as const) {
    const shards = await shardsOf(data, split);
    expect(shards.length).toBeGreaterThan(1);
    const args = [fixture('read-webdataset.py'), String(SIZE), ...shards];
    const lines = execFileSync(python, args, { encoding: 'utf8' }).trim().split('\n');
    expect(lines.length).toBe(data.splits[split].images);
    for (const [i, line] of lines.entries()) {
      const theirs: { key: string; label: number; pixels: string } = JSON.parse(line);
      const ours = await data.image(split, i);
      expect(theirs).toMatchObject({ key: ours.key, label: ours.label });
      const pixels = Buffer.from(theirs.pixels, 'base64');
      const apart = ours.pixels.map((level, p) => Math.abs(level - (pixels[p] ?? 255)));
      expect(pixels.length).toBe(ours.pixels.length);
      expect(Math.max(...apart)).toBeLessThanOrEqual(format === 'rgb' ? 0 : 1); // two JPEG decoders
    }
  }
});

test.each(formats)(
  'plain tar lists %s shards as webdataset requires: keys sorted, the files of an image in a row',
  async (format) => {
    const data = await prepareAs(format);
    for (const split of ['train', 'val'] as const) {
      const keys: string[] = [];
      for (const shard of await shardsOf(data, split)) {
        const names = execFileSync('tar', ['tf', shard], { encoding: 'utf8' }).trim().split('\n');
        for (let i = 0; i < names.length; i += 2) {
          const [key = '', extension] = names[i]?.split('.') ?? [];
          expect([extension, names[i + 1]]).toEqual([format, `${key}.cls`]);
          const label = execFileSync('tar', ['xOf', shard, `${key}.cls`], { encoding: 'utf8' });
          expect(label).toBe(String(data.label(split, keys.length)));
          keys.push(key);
        }
      }
      expect(keys).toEqual([...keys].sort());
      expect(new Set(keys).size).toBe(data.splits[split].images);
      expect(keys[0]).toBe((await data.image(split, 0)).key);
    }
  },
);
