import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findOneDnn } from './find-onednn.js';

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
  const file = join(folder, ...path, 'libdnnl.so.2');
  await mkdir(join(folder, ...path), { recursive: true });
  await writeFile(file, '');
  return file;
}

test('a path given is the only one looked at', async () => {
  const path = await library('given');
  expect(findOneDnn({ library: path })).toEqual({ path, source: 'option', tried: [path] });
  expect(findOneDnn({ library: '/nonexistent' })).toEqual({ tried: ['/nonexistent'] });
});

test('so is one in the environment', async () => {
  const path = await library('named');
  vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', path);
  expect(findOneDnn()).toEqual({ path, source: 'environment', tried: [path] });
  vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', '/nonexistent');
  expect(findOneDnn()).toEqual({ tried: ['/nonexistent'] });
});

test('the folder in the environment comes before the project around the working directory', async () => {
  const named = await library('elsewhere', 'lib');
  const project = await library('project', '.onednn', 'lib');
  const below = join(folder, 'project', 'a', 'b');
  await mkdir(below, { recursive: true });
  vi.spyOn(process, 'cwd').mockReturnValue(below);
  expect(findOneDnn()).toMatchObject({ path: project, source: 'project' });
  vi.stubEnv('ALEXNET_ONEDNN_DIR', join(folder, 'elsewhere'));
  expect(findOneDnn()).toMatchObject({ path: named, source: 'project' });
});
