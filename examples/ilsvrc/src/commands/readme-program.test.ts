import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alexnet, command, temporaryFolder } from '../testing/alexnet.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await symlink(join(repository, 'node_modules'), join(folder.path, 'node_modules'));
});
afterAll(() => folder.remove());

/** The program of the root README, with its numbers made small: one step of 128 images in each of two epochs. */
async function smallProgram(): Promise<string> {
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  const [, program = ''] = /^```js\n([^`]*trainingRecipe\([^`]*)^```/m.exec(readme) ?? [];
  const smaller: [string, string][] = [
    ['width: 0.25', 'width: 0.0625, imageSize: 64'],
    ['epochs: 20', 'epochs: 2'],
    ['embedded-400-50', 'embedded-13-1'],
    ['useBackend()', `useBackend('${command.engine.replace('--backend ', '')}', { threads: 1 })`],
  ];
  return smaller.reduce((code, [from, to]) => {
    expect(code).toContain(from);
    return code.replace(from, to);
  }, program);
}

test("the README's program ends with the weights of the command, to the bit", async () => {
  const args =
    '--train-per-class 13 --val-per-class 1 --width 0.0625 --image-size 64 --epochs 2 --threads 1 --out run';
  const trained = await alexnet(folder.path, `train ${args} --json`);
  expect(trained.code, trained.stderr).toBe(0);
  const end = JSON.parse(trained.stdout.trim().split('\n').at(-1) ?? '');
  expect(end).toMatchObject({ event: 'end', step: 2 });

  const hash = `
import { saveCheckpoint } from '@alexnet/sgd-momentum-trainer';
const state = { epoch: 2, step: 2, validationErrors: [] };
console.log((await saveCheckpoint('checkpoint', model, optimizer, state)).weightsSha256);
`;
  await writeFile(join(folder.path, 'program.mjs'), (await smallProgram()) + hash);
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder.path });
  expect(stdout).toContain("type: 'end'");
  expect(stdout.trim().split('\n').at(-1)).toBe(end.weightsSha256);
});
