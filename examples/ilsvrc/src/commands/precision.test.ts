import { readdir } from 'node:fs/promises';
import { findTorch } from '@alexnet/tfjs-backend-torch';
import { removeBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RunFolder } from '../run/run-folder.js';
import { temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 120_000 });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const tiny =
  'train --train-per-class 3 --val-per-class 1 --width 0.0625 --batch-size 5 --image-size 64 --epochs 1 --json';

test('a backend without the precision is refused before anything is written', async () => {
  const { code, stderr } = await inProcess(
    folder.path,
    `${tiny} --backend wasm --precision bfloat16 --out no`,
  );
  expect(code).toBe(1);
  expect(stderr).toContain("alexnet: precision must be 'float32' for 'wasm' (useBackend), got 'bfloat16'.\n");
  expect((await inProcess(folder.path, `${tiny} --precision half --out no`)).code).toBe(2);
  expect(await readdir(folder.path)).toEqual([]);
});

test('a run in bfloat16 says so in its log, and keeps its precision when it is resumed', async (context) => {
  if (!findTorch().path) context.skip('PyTorch is not installed');
  const torch = '--backend torch --adapter cpu';
  const begun = await inProcess(folder.path, `${tiny} ${torch} --precision bfloat16 --max-steps 2 --out run`);
  expect(begun.code, begun.stderr).toBe(0);
  const resumed = await inProcess(folder.path, `train --resume --out run --json ${torch}`);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toMatch(/backend torch: CPU \(PyTorch\), \d+ threads?, bfloat16\n/);
  const run = new RunFolder(`${folder.path}/run`);
  expect((await run.settings()).precision).toBe('bfloat16');
  expect((await run.start()).versions.precision).toBe('bfloat16');
  const changed = await inProcess(folder.path, `train --resume --out run ${torch} --precision float32`);
  expect(changed.code).toBe(2);
  expect(changed.stderr).toContain(
    'alexnet: the run was started with --precision bfloat16; --resume cannot change it to float32.\n',
  );
  removeBackend('torch'); // other files that share this process compute in float32
});
