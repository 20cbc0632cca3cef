import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findOneDnn, searchOneDnn } from './find-onednn.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-onednn-'));
  vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', '');
  vi.stubEnv('ALEXNET_ONEDNN_DIR', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function library(...path: string[]): Promise<string> {
  return named('libdnnl.so.2', ...path);
}

async function named(name: string, ...path: string[]): Promise<string> {
  const file = join(folder, ...path, name);
  await mkdir(join(folder, ...path), { recursive: true });
  await writeFile(file, '');
  return file;
}

test('the option `library` is the only path searched', async () => {
  const path = await library('given');
  expect(findOneDnn({ library: path })).toEqual({ path, source: 'option', tried: [path] });
  expect(findOneDnn({ library: '/nonexistent' })).toEqual({ tried: ['/nonexistent'] });
});

test('so is the path in the environment', async () => {
  const path = await library('named');
  vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', path);
  expect(findOneDnn()).toEqual({ path, source: 'environment', tried: [path] });
  vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', '/nonexistent');
  expect(findOneDnn()).toEqual({ tried: ['/nonexistent'] });
});

test('the folder in the environment comes before the project of the working directory', async () => {
  const first = await library('elsewhere', 'lib');
  const project = await library('project', '.onednn', 'lib');
  const below = join(folder, 'project', 'a', 'b');
  await mkdir(below, { recursive: true });
  vi.spyOn(process, 'cwd').mockReturnValue(below);
  expect(findOneDnn()).toMatchObject({ path: project, source: 'project' });
  vi.stubEnv('ALEXNET_ONEDNN_DIR', join(folder, 'elsewhere'));
  expect(findOneDnn()).toMatchObject({ path: first, source: 'project' });
});

test('in a folder version 3 comes before 2, short names come first, and no file is listed twice', async () => {
  const newest = await named('libdnnl.so.3.10', 'many', 'lib');
  await symlink(newest, join(folder, 'many', 'lib', 'libdnnl.so.3.6'));
  const others = [];
  for (const name of ['libdnnl.so.3.7', 'libdnnl.so.3', 'libdnnl.so.2'])
    others.push(await named(name, 'many', 'lib'));
  await named('libdnnl.so', 'many', 'lib');
  await named('libdnnl.so.1', 'many', 'lib');
  vi.stubEnv('ALEXNET_ONEDNN_DIR', join(folder, 'many'));
  const found = searchOneDnn().candidates.filter(({ path }) => path.startsWith(join(folder, 'many')));
  expect(found.map(({ path }) => path)).toEqual([others[1], newest, others[0], others[2]]);
  expect(found.every((candidate) => candidate.named)).toBe(true);
});

test('the loader path and conda come before the folders of the system', async () => {
  const path = await library('path');
  const conda = await library('conda', 'lib');
  vi.stubEnv('LD_LIBRARY_PATH', `${join(folder, 'path')}:/nonexistent`);
  vi.stubEnv('CONDA_PREFIX', join(folder, 'conda'));
  const system = searchOneDnn().candidates.filter(({ source }) => source === 'system');
  expect(system.slice(0, 2)).toEqual([
    { path, source: 'system', named: false },
    { path: conda, source: 'system', named: false },
  ]);
  const { tried } = findOneDnn();
  expect(tried.indexOf('/nonexistent/libdnnl.so.*')).toBeLessThan(tried.indexOf('/usr/lib/libdnnl.so.*'));
});
