import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openPrepared } from './open-prepared.js';
import { prepare } from './prepare/prepare.js';
import { squarePixels } from './prepare/square-pixels.js';
import { temporaryFolder } from './source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from './source/open-ilsvrc.js';

// Real photographs, if this machine has them, in ALEXNET_DATA or in shared/data next to the project.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const data = resolve(root, process.env.ALEXNET_DATA ?? '../shared/data');
const tiny = join(data, 'tiny-imagenet-40.tar.xz');
const samples = join(data, 'ilsvrc-samples-200.tar');

test.skipIf(!existsSync(tiny))(
  `two classes of tiny-imagenet-40 are prepared and read (skipped without ${tiny})`,
  async () => {
    const dir = await temporaryFolder();
    const classes = ['n01944390', 'n02074367'];
    const inside = classes.flatMap((wnid) =>
      ['train', 'val'].map((split) => `tiny-imagenet-40/${split}/${wnid}`),
    );
    execFileSync('tar', ['xf', tiny, '-C', dir, 'tiny-imagenet-40/words.txt', ...inside]);
    const source = await openIlsvrc(join(dir, 'tiny-imagenet-40'));
    expect(source.counts).toEqual({ train: 1000, val: 100, test: 0 });
    expect(source.classes).toEqual([
      { wnid: 'n01944390', words: 'snail' },
      { wnid: 'n02074367', words: 'dugong, Dugong dugon' },
    ]);
    const report = await prepare(source, join(dir, 'out'), { size: 64 });
    expect(report.skipped).toEqual([]);
    const prepared = await openPrepared(join(dir, 'out'));
    let [sum, count] = [0, 0];
    const augment = { cropSize: 56, pca: { scale: 'sqrt' } } as const;
    for await (const { pixels } of prepared.rawBatches({ split: 'train', seed: 1, augment })) {
      count += pixels.length;
      sum += pixels.reduce((total, value) => total + value, 0);
    }
    expect(count).toBe(896 * 56 * 56 * 3);
    expect(Math.abs(sum / count)).toBeLessThan(5); // the mean was subtracted: grey levels of 255
    await prepared.close();
  },
);

test.skipIf(!existsSync(samples))(
  `every photograph of ilsvrc-samples-200 is prepared at 256 (skipped without ${samples})`,
  async () => {
    const dir = await temporaryFolder();
    execFileSync('tar', ['xf', samples, '-C', dir]);
    const folder = join(dir, 'ilsvrc-samples-200');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.JPEG')).sort();
    for (const [i, name] of names.entries()) {
      const to = join(dir, i % 4 === 0 ? 'val' : 'train', 'photographs');
      await mkdir(to, { recursive: true });
      await rename(join(folder, name), join(to, name));
    }
    const source = await openIlsvrc(dir);
    const report = await prepare(source, join(dir, 'out'));
    expect(report.images).toEqual({ train: 150, val: 50, test: 0 });
    // 150 photographs of 150 classes have statistics near ILSVRC's: cc2 has 127.30, 119.72, 104.91 and
    // sqrt(l1) = 121.78.
    for (const [c, mean] of [127.3, 119.72, 104.91].entries()) {
      expect(Math.abs((report.channelMeans[c] ?? 0) - mean)).toBeLessThan(10);
    }
    expect(Math.abs(Math.sqrt(report.pca.eigenvalues[0]) - 121.78)).toBeLessThan(12);
  },
);

test.skipIf(!existsSync(samples))(
  `ilsvrc-samples-200 is read from its tar: 200 classes by name (skipped without ${samples})`,
  async () => {
    const source = await openIlsvrc(samples);
    expect([source.layout, source.counts, source.classes.length]).toEqual([
      'flat',
      { train: 200, val: 0, test: 0 },
      200,
    ]);
    for await (const image of source.images('train', 190)) {
      expect(image.name.startsWith(`${source.classes[image.label]?.wnid}_`)).toBe(true);
      expect((await squarePixels(await source.read(image), 64)).length).toBe(64 * 64 * 3);
    }
    await source.close();
  },
);
