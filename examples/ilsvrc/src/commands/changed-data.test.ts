import { copyFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openPrepared } from '@alexnet/imagenet-reader';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Ended, temporaryFolder } from '../testing/alexnet.js';
import { drawPets } from '../testing/draw-pets.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await drawPets(folder.path);
});
afterAll(() => folder.remove());

const train = (out: string, more = ''): Promise<Ended> =>
  inProcess(
    folder.path,
    `train --data pets --out ${out} --width 0.0625 --image-size 64 --batch-size 4 --epochs 1${more}`,
  );
const preparedFolders = async (): Promise<string[]> => (await readdir(join(folder.path, 'data'))).sort();

/** The number of training images of each class in the prepared folder that was written last. */
async function imagesPerClass(path: string): Promise<number[]> {
  const data = await openPrepared(path);
  const counts = data.classes.map(() => 0);
  for (let i = 0; i < data.splits.train.images; i++) {
    const label = data.label('train', i);
    counts[label] = (counts[label] ?? 0) + 1;
  }
  await data.close();
  return counts;
}

test('data that changed is prepared again and says so; its runs cannot be resumed, and evaluate notices too', async () => {
  const first = await train('first');
  expect(first.code, first.stderr).toBe(0);
  const again = await train('again');
  expect(again.stderr).toContain('already prepared: data/pets-prepared-');
  const [before, ...none] = await preparedFolders();
  expect(none).toEqual([]);
  expect(await imagesPerClass(join(folder.path, 'data', `${before}`))).toEqual([6, 6]);

  const images = join(folder.path, 'pets/train');
  for (const n of [0, 1]) await rename(join(images, `a/a${n}.jpg`), join(images, `b/a${n}.jpg`));
  const moved = await train('moved');
  expect(moved.code, moved.stderr).toBe(0);
  expect(moved.stderr).toContain(
    `data/${before} was prepared before the data changed: the source has other classes or images\n  the data is prepared again; remove that folder if you no longer need it\n`,
  );
  const [after] = (await preparedFolders()).filter((name) => name !== before);
  expect(await imagesPerClass(join(folder.path, 'data', `${after}`))).toEqual([4, 8]);

  await copyFile(join(images, 'b/b5.jpg'), join(images, 'a/a5.jpg')); // the same name, other bytes
  const replaced = await train('replaced');
  expect(replaced.stderr).toContain('images of train have changed\n  the data is prepared again');
  expect(await preparedFolders()).toHaveLength(3);

  const resumed = await inProcess(folder.path, 'train --resume --out first --epochs 2');
  expect(resumed.code).toBe(1);
  expect(resumed.stderr).toMatch(
    /alexnet: \S*pets has changed since the run started, so the run cannot be resumed; restore the data, or start a new run\.\n$/,
  );
  const same = await inProcess(folder.path, 'train --resume --out replaced --epochs 2');
  expect(same.code, same.stderr).toBe(0);

  await copyFile(join(folder.path, 'pets/val/b/b0.jpg'), join(folder.path, 'pets/val/a/a0.jpg'));
  const early = await inProcess(folder.path, 'train --resume --out replaced --epochs 3');
  expect(early.code).toBe(1);
  expect(early.stderr).toContain(
    'pets has changed since the run started: images of val have changed, so the',
  );
  expect(await preparedFolders()).toHaveLength(3); // it is refused before the data is prepared again
  const evaluated = await inProcess(folder.path, 'evaluate --run first --views 1');
  expect(evaluated.code, evaluated.stderr).toBe(0);
  expect(evaluated.stderr).toContain('the data is prepared again');
});
