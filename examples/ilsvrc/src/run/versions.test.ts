import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { versions } from './versions.js';

const before = process.cwd();
afterEach(() => process.chdir(before));

test('the commit is that of the program, not of the folder where the user stands', () => {
  let commit = 'not a git checkout';
  try {
    commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // the tests run in an unpacked archive of the sources
  }
  process.chdir(tmpdir());
  expect(versions().commit?.replace(', with changes', '')).toBe(commit);
});
