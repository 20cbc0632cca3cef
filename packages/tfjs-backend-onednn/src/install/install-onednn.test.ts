import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findOneDnn } from '../library/find-onednn.js';
import { describeWithLibrary } from '../testing/describe-onednn.js';
import { installOneDnn } from './install-onednn.js';
import { CommandError, runCommand } from './run-command.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-onednn-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describeWithLibrary('installOneDnn', () => {
  test('changes nothing if a usable library is found', async () => {
    const target = join(folder, '.onednn');
    const result = await installOneDnn(target);
    expect(result).toMatchObject({ path: findOneDnn().path, installed: false });
    await expect(readdir(target)).rejects.toThrow('ENOENT');
  });
});

test('reports in one line what is missing if there is no apt', async () => {
  vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', '/nonexistent');
  vi.stubEnv('PATH', folder);
  await expect(installOneDnn(join(folder, '.onednn'))).rejects.toThrow(
    'oneDNN cannot be fetched here: apt-get, apt-cache, dpkg-deb not found; install oneDNN 2.6 or 3 by other ' +
      'means and set ALEXNET_ONEDNN_LIBRARY to its libdnnl.',
  );
});

test('a command that fails throws an error with its last line', async () => {
  const lines: string[] = [];
  const script = 'echo first; echo second >&2; exit 4';
  const failing = runCommand('sh', ['-c', script], { onLine: (line) => lines.push(line) });
  await expect(failing).rejects.toThrow(CommandError);
  await expect(failing).rejects.toThrow('second');
  expect(lines.sort()).toEqual(['first', 'second']);
  expect(await runCommand('sh', ['-c', 'echo out; echo err >&2'])).toBe('out\n');
});
