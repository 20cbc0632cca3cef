import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openPrepared } from '@alexnet/imagenet-reader';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/alexnet.js';
import { drawPets } from '../testing/draw-pets.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

const small = '--width 0.0625 --image-size 64 --batch-size 4 --epochs 1';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await drawPets(folder.path);
  await rename(join(folder.path, 'pets/val'), join(folder.path, 'more'));
});
afterAll(() => folder.remove());

async function imagesOf(prepared: string): Promise<[train: number, val: number]> {
  const { splits, close } = await openPrepared(join(folder.path, prepared));
  await close();
  return [splits.train.images, splits.val.images];
}

test('a run is validated on held-out training images, the same for every seed, and evaluated on them', async () => {
  const first = await inProcess(folder.path, `train --data pets --out first --val-fraction 0.3 ${small}`);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toContain('8 training and 4 validation images of 2 classes');
  expect(first.stderr).toMatch(/epoch 1\/1 .* validation \d/);
  const [prepared, ...none] = await readdir(join(folder.path, 'data'));
  expect([prepared, none]).toEqual([expect.stringMatching(/^pets-prepared-\w{8}-val0\.3$/), []]);
  expect(await imagesOf(`data/${prepared}`)).toEqual([8, 4]);

  const args = `--out second --val-fraction 0.3 --seed 1 ${small}`;
  const second = await inProcess(folder.path, `train --data pets ${args}`);
  expect(second.stderr).toContain(`already prepared: data/${prepared}`);
  const evaluated = await inProcess(folder.path, 'evaluate --run first --run second --views 1 --json');
  expect(evaluated.code, evaluated.stderr).toBe(0);
  expect(JSON.parse(evaluated.stdout)).toMatchObject([{ images: 4 }, { images: 4 }, { images: 4 }]);

  const resumed = await inProcess(folder.path, 'train --resume --out first --epochs 2');
  expect(resumed.code, resumed.stderr).toBe(0);
  const changed = await inProcess(folder.path, 'train --resume --out first --epochs 3 --val-fraction 0.5');
  expect(changed.code).toBe(2);
  expect(changed.stderr).toContain(
    'the run was started with --val-fraction 0.3; --resume cannot change it to 0.5.',
  );
});

test('steps need no validation images: the run trains without them, and says so where they are needed', async () => {
  const trained = await inProcess(folder.path, `train --data pets --out steps --schedule step ${small}`);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toMatch(/epoch 1\/1 {3}loss \S+ {3}error \S+ {3}rate/);
  const evaluated = await inProcess(folder.path, 'evaluate --run steps');
  expect(evaluated.code).toBe(2);
  expect(evaluated.stderr).toMatch(
    /\nalexnet: \S+ has no val images; choose data that has some with --data\.\n/,
  );
  const args = `reproduce --data pets --out lonely --schedule step ${small}`;
  const reproduced = await inProcess(folder.path, args);
  expect(reproduced.code).toBe(2);
  expect(reproduced.stderr).toMatch(
    /\nalexnet: \S+ has no validation images, and the run is evaluated on them; hold some training images out with --val-fraction 0\.1, add val\/<class>\/\* to the data set\.\n/,
  );
  expect(existsSync(join(folder.path, 'lonely'))).toBe(false);
});

test('prepare holds images out and compares them again', async () => {
  const prepare = (more: string) => inProcess(folder.path, `prepare --data pets ${more}`);
  const prepared = await prepare('--val-fraction 0.5 --out halves --size 64');
  expect(prepared.code, prepared.stderr).toBe(0);
  expect(await imagesOf('halves')).toEqual([6, 6]);
  const same = await prepare('--val-fraction 0.5 --verify halves');
  expect(same).toMatchObject({
    code: 0,
    stdout: 'halves is intact, and pets has the images it was prepared from\n',
  });
  const without = await prepare('--verify halves');
  expect([without.code, without.stderr]).toEqual([
    1,
    expect.stringContaining('pets has changed since halves was prepared'),
  ]);
  const again = await inProcess(folder.path, `train --data halves --out two --val-fraction 0.5 ${small}`);
  expect([again.code, again.stderr]).toEqual([
    2,
    expect.stringContaining('halves is prepared, so its images can no longer be split'),
  ]);
});

test('a fraction that cannot be held out is refused before anything is written', async () => {
  const refused = async (args: string): Promise<string> => {
    const { code, stderr } = await inProcess(folder.path, args);
    expect(code, stderr).toBe(2);
    return stderr;
  };
  expect(await refused('train --data pets --out x --val-fraction 1')).toContain(
    'It must be a number > 0 and < 1.',
  );
  expect(await refused('train --out x --val-fraction 0.1')).toContain(
    '--val-fraction requires --data; the embedded data set has validation images.',
  );
  await rename(join(folder.path, 'more'), join(folder.path, 'pets/val'));
  expect(await refused('prepare --data pets --out x --val-fraction 0.1')).toMatch(
    /--val-fraction 0\.1: \S+ has 12 validation images, so none are held out from its training images\.\n/,
  );
  expect(existsSync(join(folder.path, 'x'))).toBe(false);
});
