import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startFolder } from './start-folder.js';

const script = {
  INIT_CWD: '/repository/photographs',
  npm_package_name: 'alexnet-monorepo',
  npm_package_json: '/repository/package.json',
};

test('a script of this repository starts where the user stands', () => {
  expect(startFolder(script, '/repository')).toBe('/repository/photographs');
});

test.each([
  ['the command without npm', {}, '/repository'],
  ['INIT_CWD without a script', { INIT_CWD: '/elsewhere' }, '/repository'],
  ['a script of another package', { ...script, npm_package_name: 'shop' }, '/repository'],
  ['a program that a script started in another folder', script, '/data'],
])('%s starts in its own folder', (_, env, cwd) => {
  expect(startFolder(env, cwd)).toBe(cwd);
});

test('npm run alexnet in a folder of the repository finds what lies there', () => {
  const cwd = fileURLToPath(new URL('../../../docs', import.meta.url));
  const args = ['run', '--silent', 'alexnet', '--', 'prepare', '--data', 'images', '--out', 'never'];
  const { status, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, expect.stringContaining('alexnet: images/')]);
});
