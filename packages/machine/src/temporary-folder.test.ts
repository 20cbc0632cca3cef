import { existsSync } from 'node:fs';
import { mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
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
