import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawJpeg } from '@alexnet/embedded-ilsvrc';
import { expect, onTestFinished, test, vi } from 'vitest';
import { alexnet, temporaryFolder } from '../testing/alexnet.js';

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

test('train takes Tiny ImageNet as it is downloaded, and trains and validates on it', async () => {
  const folder = await temporaryFolder();
  onTestFinished(() => folder.remove());
  await writeTiny(join(folder.path, 'tiny-imagenet-200'));
  const args =
    'train --data tiny-imagenet-200 --out run --width 0.0625 --image-size 64 --batch-size 4 --epochs 1';
  const ended = await alexnet(folder.path, args);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('  8 training and 4 validation images of 2 classes');
  expect(ended.stderr).toMatch(/epoch 1\/1 .* validation \d/);
});
