import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { vectorFolder } from './vectors.js';

/** Python 3.10 or later; the second test also requires torch. */
const python = process.env.ALEXNET_PYTHON ?? 'python3';
const run = (...args: string[]) =>
  spawnSync(python, ['-B', ...args], { cwd: fileURLToPath(vectorFolder), encoding: 'utf8' });
const lacks = (statement: string): boolean => run('-c', statement).status !== 0;

test('the oracle scripts compute the published vectors, byte for byte', (context) => {
  if (lacks('import sys; sys.exit(sys.version_info < (3, 10))')) {
    return context.skip(`${python} is not Python 3.10 or later; set ALEXNET_PYTHON`);
  }
  const { status, stdout, stderr } = run('make.py', '--check');
  expect(stderr).toBe('');
  expect(stdout).toBe('8 files are what the scripts compute\n');
  expect(status).toBe(0);
});

test('PyTorch computes the same vectors', (context) => {
  if (lacks('import torch')) return context.skip(`${python} has no torch; set ALEXNET_PYTHON`);
  const { status, stdout } = run('check_pytorch.py');
  expect(stdout).toMatch(/^PyTorch .*: greatest difference /m);
  expect(status, stdout).toBe(0);
});
