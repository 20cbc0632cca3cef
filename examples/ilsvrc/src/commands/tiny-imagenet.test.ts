import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawJpeg } from '@alexnet/embedded-ilsvrc';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

const WNIDS = ['n01443537', 'n02124075'];

/** Writes Tiny ImageNet as it is downloaded, with two classes of four training and two validation images. */
async function writeTiny(dir: string): Promise<void> {
  const lines: string[] = [];
  await mkdir(join(dir, 'val/images'), { recursive: true });
  for (const [label, wnid] of WNIDS.entries()) {
    const train = join(dir, 'train', wnid);
    await mkdir(join(train, 'images'), { recursive: true });
    await writeFile(join(train, `${wnid}_boxes.txt`), `${wnid}_0.JPEG\t0\t0\t9\t9\n`);
    for (let n = 0; n < 4; n++)
      await writeFile(join(train, 'images', `${wnid}_${n}.JPEG`), await drawJpeg(1, 'train', label, n));
    for (let n = 0; n < 2; n++) {
      const name = `val_${2 * n + label}.JPEG`;
      await writeFile(join(dir, 'val/images', name), await drawJpeg(1, 'val', label, n));
      lines.push(`${name}\t${wnid}\t0\t0\t9\t9\n`);
    }
  }
  await writeFile(join(dir, 'val/val_annotations.txt'), lines.join(''));
  await writeFile(join(dir, 'wnids.txt'), `${[...WNIDS].reverse().join('\n')}\n`);
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeTiny(join(folder.path, 'downloads/tiny-imagenet-200'));
});
afterAll(() => folder.remove());

test('train takes Tiny ImageNet as it is downloaded, and trains and validates on it', async () => {
  const data = 'downloads/tiny-imagenet-200';
  const args = `train --data ${data} --out run --width 0.0625 --image-size 64 --batch-size 4 --epochs 1`;
  const ended = await inProcess(folder.path, args);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('  8 training and 4 validation images of 2 classes');
  expect(ended.stderr).toMatch(/epoch 1\/1 .* validation \d/);
});

test('prepare says which folder of the given one it uses', async () => {
  const planned = await inProcess(folder.path, 'prepare --data downloads --out tiny --plan');
  expect(planned.stdout).toMatch(/^8 \+ 4 images: /);
  expect(planned.stderr).toContain('  the data set is in downloads/tiny-imagenet-200\n');
});

test('prepare says what to type for an archive that is not unpacked', async () => {
  await writeFile(join(folder.path, 'tiny.zip'), '');
  const packed = await inProcess(folder.path, 'prepare --data tiny.zip --out tiny --plan');
  const line = "tiny.zip is not unpacked; type unzip -q 'tiny.zip' -d '.', then give this folder.";
  expect([packed.code, packed.stderr]).toEqual([1, `alexnet: ${line}\n`]);
});
