import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));
/** A project in which this package and its dependencies are installed, but none of its optional peers. */
let project = '';

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'alexnet-backends-'));
  const modules = join(project, 'node_modules');
  for (const name of ['backends', 'machine', 'tfjs-backend-onednn', 'tfjs-backend-torch', 'validate']) {
    for (const part of ['package.json', 'dist']) {
      await cp(join(packages, name, part), join(modules, '@alexnet', name, part), { recursive: true });
    }
  }
  await mkdir(join(modules, '@tensorflow'));
  const needed = ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu', 'tfjs-backend-wasm'].map(
    (name) => `@tensorflow/${name}`,
  );
  for (const name of [...needed, 'koffi']) {
    await symlink(join(packages, '../node_modules', name), join(modules, name));
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** Returns the result or the error of `useBackend` in a process of that project. */
function answer(call: string): string {
  const program = `import { useBackend } from '@alexnet/backends';
    console.log(await useBackend(${call}).then((used) => JSON.stringify(used), (error) => error.message));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ALEXNET_ONEDNN_LIBRARY: '/nonexistent', ALEXNET_TORCH_DIR: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'ignore'], // tfjs advises on stderr to install tfjs-node
  }).trim();
}

test.each([
  [
    'tensorflow',
    'Neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed: npm install @tensorflow/tfjs-node',
  ],
  [
    'webgpu',
    'WebGPU in Node requires the package webgpu (Dawn): npm install webgpu @tensorflow/tfjs-backend-webgpu',
  ],
])('%s by name says what to install if it is missing', (name, message) => {
  expect(answer(`'${name}'`)).toBe(message);
});

test('auto uses wasm if no faster backend is installed', () => {
  const used = JSON.parse(answer(''));
  expect(used).toMatchObject({
    name: 'wasm',
    tried: [{ name: 'onednn' }, { name: 'torch' }, { name: 'tensorflow' }],
  });
});
