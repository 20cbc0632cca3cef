import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { memoryText, processorText, versions } from './versions.js';

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

const GiB = 2 ** 30;

test.each([
  [2, 'AMD EPYC, 4 cores, of which 2 may be used'],
  [4, 'AMD EPYC, 4 cores'],
])('of 4 cores, %i usable ones are written "%s"', (usable, text) => {
  expect(processorText(Array(4).fill({ model: 'AMD EPYC' }), usable)).toBe(text);
});

test.each([
  [{ machine: 23.6 * GiB }, '24 GiB'],
  [{ machine: 64 * GiB, limit: 2 * GiB }, '64 GiB, of which 2 GiB may be used'],
  [{ machine: 4 * GiB, limit: 0.5 * GiB }, '4 GiB, of which 0.5 GiB may be used'],
])('memory %o is written "%s"', (memory, text) => {
  expect(memoryText(memory)).toBe(text);
});
