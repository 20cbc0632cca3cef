import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/alexnet.js';
import { drawPets } from '../testing/draw-pets.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await drawPets(folder.path);
});
afterAll(() => folder.remove());

test('data without validation images is refused before the first step, and the run folder is not made', async () => {
  await cp(join(folder.path, 'pets/train'), join(folder.path, 'only-train/train'), { recursive: true });
  const ended = await inProcess(
    folder.path,
    'train --data only-train --out lonely --width 0.0625 --batch-size 4',
  );
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(
    /\nalexnet: \S+ has no validation images, and the learning rate drops by their error; hold some training images out with --val-fraction 0\.1, add val\/<class>\/\* to the data set, or train without validation by --schedule step\.\n/,
  );
  expect(existsSync(join(folder.path, 'lonely'))).toBe(false);
  expect(existsSync(join(folder.path, 'data'))).toBe(false); // nothing is prepared either
});

test('images that are smaller than the network’s input are refused before anything is written', async () => {
  const prepared = await inProcess(folder.path, 'prepare --data pets --out small --size 80');
  expect(prepared.code, prepared.stderr).toBe(0);
  const args = 'train --data small --out small-run --width 0.0625 --batch-size 4 --epochs 1';
  const refused = await inProcess(folder.path, args);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /\nalexnet: the images of \S*small have 80 px a side, fewer than the network's 224; set --image-size to at most 80, or prepare larger images\.\n/,
  );
  expect(existsSync(join(folder.path, 'small-run'))).toBe(false);
  const tiny = await inProcess(folder.path, 'prepare --data pets --out tiny --size 32');
  expect(tiny.code, tiny.stderr).toBe(0);
  const hopeless = await inProcess(folder.path, args.replace('small', 'tiny'));
  expect(hopeless.stderr).toMatch(
    /tiny have 32 px a side, fewer than the network's 224; prepare larger images\.\n/,
  );
  const fitting = await inProcess(folder.path, `${args} --image-size 64`);
  expect(fitting.code, fitting.stderr).toBe(0);
});
