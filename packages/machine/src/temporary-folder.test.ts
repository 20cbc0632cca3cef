import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temporary-folder-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('a folder is made where TMPDIR says', async () => {
  vi.stubEnv('TMPDIR', folder);
  const made = await temporaryFolder('x-', ['/nonexistent']);
  expect(dirname(made)).toBe(folder);
  expect(existsSync(made)).toBe(true);
});

test.each(['missing', 'file', '/proc'])(
  'if TMPDIR is %s, the first usable fallback is taken',
  async (name) => {
    await writeFile(join(folder, 'file'), '');
    vi.stubEnv('TMPDIR', name.startsWith('/') ? name : join(folder, name));
    const made = await temporaryFolder('x-', [join(folder, 'missing too'), folder]);
    expect(dirname(made)).toBe(folder);
    await rmdir(made);
  },
);

test('if no folder can be written, one line names them and says what to set', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'a'));
  await expect(temporaryFolder('x-', [join(folder, 'b')])).rejects.toThrow(
    `a temporary folder cannot be made in ${folder}/a (ENOENT) or ${folder}/b (ENOENT); ` +
      'set TMPDIR to a folder that can be written.',
  );
});

test('a folder whose path would be too long, as for a socket, is made in a fallback', async () => {
  const long = join(folder, 'x'.repeat(90));
  await mkdir(long);
  vi.stubEnv('TMPDIR', long);
  const longest = folder.length + 10;
  const made = await temporaryFolder('x-', [folder], { longest });
  expect(dirname(made)).toBe(folder);
  expect(made.length).toBeLessThanOrEqual(longest);
  await expect(temporaryFolder('x-', [], { longest })).rejects.toThrow(
    `a temporary folder cannot be made in ${long} (its path is too long); set TMPDIR to`,
  );
});
