import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { useBackend } from '../index.js';
import { requireWholeLibrary } from './require-whole-library.js';

const { path: library } = findOneDnn();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alexnet-library-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** Node itself is an ELF file where these tests run on Linux. */
async function cutNode(share: number): Promise<string> {
  const whole = await readFile(process.execPath);
  const path = join(folder, `cut-${share}`);
  await writeFile(path, whole.subarray(0, Math.round(whole.length * share)));
  return path;
}

describe.runIf(process.platform === 'linux')('a library that was cut off', () => {
  test.each([0.001, 0.5])('is refused at %d of its length, and a whole one is not', async (share) => {
    await expect(requireWholeLibrary(await cutNode(share))).rejects.toThrow(
      /cut-.* is cut off: \d+ of at least \d+ bytes/,
    );
    await requireWholeLibrary(process.execPath);
  });

  test('is left to the loader if it is not a library', async () => {
    for (const content of ['', 'text', '\x7fELF']) {
      const path = join(folder, 'text');
      await writeFile(path, content);
      await requireWholeLibrary(path);
    }
  });
});

describe('ALEXNET_ONEDNN_LIBRARY with a wrong file', () => {
  test.each([
    ['text', 'not a library\n'.repeat(200)],
    ['empty', ''],
  ])('%s: one line names it and says what to do, and auto tries the next backend', async (name, content) => {
    const path = join(folder, name);
    await writeFile(path, content);
    vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', path);
    await expectRefused(path);
  });

  test('half of a oneDNN library does not end the process', async (context) => {
    if (!library) return context.skip('oneDNN is not installed');
    const whole = await readFile(library);
    const path = join(folder, 'half.so');
    await writeFile(path, whole.subarray(0, whole.length / 2));
    vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', path);
    await expectRefused(path);
  });

  test('another library', async (context) => {
    const cache = execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
    const path = /libz\.so\.1 .*=> (\/.*)/.exec(cache)?.[1];
    if (!path) return context.skip('there is no libz here');
    vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', path);
    await expectRefused(path);
  });

  async function expectRefused(path: string): Promise<void> {
    const error = await useBackend('onednn').then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toContain(path);
    expect(error?.message).toMatch(/install|ALEXNET_ONEDNN_LIBRARY/);
    expect(error?.message).not.toContain('\n');
    const { name, tried } = await useBackend();
    expect(name).not.toBe('onednn');
    expect(tried[0]).toEqual({ name: 'onednn', reason: error?.message });
  }
});

test.runIf(process.platform === 'linux')(
  'a PyTorch that was cut off is refused by name, in one line',
  async () => {
    const lib = join(folder, 'torch', 'lib');
    await mkdir(lib, { recursive: true });
    await writeFile(join(folder, 'torch', 'version.py'), "__version__ = '2.15.0'\n");
    await copyFile(await cutNode(0.5), join(lib, 'libtorch_cpu.so'));
    vi.stubEnv('ALEXNET_TORCH_DIR', join(folder, 'torch'));
    await expect(useBackend('torch')).rejects.toThrow(
      new RegExp(`^PyTorch at ${lib}/libtorch_cpu\\.so is cut off: \\d+ of at least \\d+ bytes$`),
    );
  },
);
