import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyTorch, fillLibraries } from '../testing/torch-folder.js';
import { findTorch, searchTorch } from './find-torch.js';
import { isSupportedVersion } from './torch-version.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-torch-'));
  for (const name of ['ALEXNET_TORCH_DIR', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'PATH', 'PYENV_VERSION'])
    vi.stubEnv(name, '');
  vi.stubEnv('HOME', join(folder, 'home'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Makes `bin/python3` in a folder, so that the folder is found through the PATH. */
async function python(environment: string): Promise<string> {
  await mkdir(join(environment, 'bin'), { recursive: true });
  await writeFile(join(environment, 'bin', 'python3'), '');
  return join(environment, 'bin', 'python3');
}

test.each([
  ['the environment', ''],
  ['the package', 'lib/python3.12/site-packages/torch'],
  ['the folder of the libraries', 'lib/python3.12/site-packages/torch/lib'],
])('the option `library` may be %s', async (_, below) => {
  const path = await emptyTorch(join(folder, 'env'), '2.15.0+cu132');
  vi.stubEnv('ALEXNET_TORCH_DIR', '/nonexistent');
  const library = join(folder, 'env', below);
  expect(findTorch({ library })).toMatchObject({ path, source: 'option', version: '2.15.0+cu132' });
});

test('a libtorch archive has its version in build-version', async () => {
  await mkdir(join(folder, 'libtorch', 'lib'), { recursive: true });
  await fillLibraries(join(folder, 'libtorch', 'lib'));
  await writeFile(join(folder, 'libtorch', 'build-version'), '2.11.0+cpu\n');
  vi.stubEnv('ALEXNET_TORCH_DIR', join(folder, 'libtorch'));
  expect(findTorch()).toMatchObject({
    path: join(folder, 'libtorch', 'lib'),
    source: 'environment',
    version: '2.11.0+cpu',
  });
});

test('a folder that is named but has no PyTorch is the only one searched', async () => {
  await emptyTorch(join(folder, 'env'), '2.15.0');
  vi.stubEnv('VIRTUAL_ENV', join(folder, 'env'));
  const found = findTorch({ library: '/nonexistent' });
  expect(found.path).toBeUndefined();
  expect(found.tried).toEqual(['/nonexistent', '/nonexistent/lib', '/nonexistent/torch/lib']);
});

test('a virtual environment comes before conda, and conda before python3', async () => {
  const paths = [];
  for (const name of ['venv', 'conda', 'system']) paths.push(await emptyTorch(join(folder, name), '2.12.0'));
  await python(join(folder, 'system'));
  vi.stubEnv('VIRTUAL_ENV', join(folder, 'venv'));
  vi.stubEnv('CONDA_PREFIX', join(folder, 'conda'));
  vi.stubEnv('PATH', `/nonexistent:${join(folder, 'system', 'bin')}`);
  const { candidates } = searchTorch();
  expect(candidates.map(({ path }) => path)).toEqual(paths);
  expect(candidates.map(({ source }) => source)).toEqual(['virtual environment', 'conda', 'python3']);
});

test('python3 is followed to the Python that it links to', async () => {
  const path = await emptyTorch(join(folder, 'real'), '2.12.0');
  const real = await python(join(folder, 'real'));
  await mkdir(join(folder, 'links'));
  await symlink(real, join(folder, 'links', 'python3'));
  vi.stubEnv('PATH', join(folder, 'links'));
  expect(findTorch()).toMatchObject({ path, source: 'python3' });
});

test('a shim of pyenv is followed to the chosen version', async () => {
  const root = join(folder, 'pyenv');
  const path = await emptyTorch(join(root, 'versions', '3.12.1'), '2.12.0');
  await mkdir(join(root, 'shims'));
  await writeFile(join(root, 'shims', 'python3'), '#!/usr/bin/env bash\n');
  await writeFile(join(root, 'version'), '3.12.1\n');
  vi.stubEnv('PATH', join(root, 'shims'));
  vi.stubEnv('PYENV_VERSION', undefined);
  expect(findTorch()).toMatchObject({ path, source: 'python3' });
});

test('packages that the user installed for python3 are found', async () => {
  const path = await emptyTorch(join(folder, 'home', '.local'), '2.12.0');
  await python(join(folder, 'usr'));
  vi.stubEnv('PATH', join(folder, 'usr', 'bin'));
  expect(findTorch()).toMatchObject({ path, source: 'python3' });
});

test.each([
  ['2.9.1', false],
  ['2.10.0+cpu', true],
  ['2.15.0+cu132', true],
  ['1.13.1', false],
  ['3.0.0', true],
])('PyTorch %s is supported: %s', (version, expected) => {
  expect(isSupportedVersion(version)).toBe(expected);
});
