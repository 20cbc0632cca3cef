import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The sources that are built, without tests, their data and @alexnet/machine itself. */
const sources = ['packages', 'examples', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => /(^|\/)src\/.*\.ts$/.test(path) && !/node_modules|\/testing\/|\.test(-data)?\.ts$/.test(path),
    )
    .map((path) => join(folder, path))
    .filter((path) => !path.startsWith('packages/machine/') && !path.startsWith('packages/testing/')),
);

test.each([
  ['availableParallelism', 'ignores the CPU quota of a container: use cpuCount'],
  ['totalmem', 'ignores the memory limit of a container: use memory'],
  ['freemem', 'ignores the memory limit of a container: use memory'],
])('only @alexnet/machine calls %s, which %s', (name) => {
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((path) => readFileSync(join(root, path), 'utf8').includes(name))).toEqual([]);
});

test('packages make temporary folders with @alexnet/machine, which has fallbacks for TMPDIR', () => {
  const packages = sources.filter((path) => path.startsWith('packages/'));
  expect(packages.filter((path) => readFileSync(join(root, path), 'utf8').includes('tmpdir'))).toEqual([]);
});
