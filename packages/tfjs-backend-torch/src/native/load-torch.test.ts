import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTorch } from '../library/find-torch.js';
import { describeWithLibrary } from '../testing/describe-torch.js';
import { emptyTorch } from '../testing/torch-folder.js';
import { loadTorch } from './load-torch.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-torch-'));
});
afterEach(() => rm(folder, { recursive: true }));

const remedy = 'pip install torch, or set ALEXNET_TORCH_DIR to a Python environment or a folder that has it';

test('without PyTorch the error says what was searched and what to install', () => {
  expect(() => loadTorch({ library: '/nonexistent' })).toThrow(
    new Error(
      `PyTorch not found (looked in /nonexistent, /nonexistent/lib, /nonexistent/torch/lib): ${remedy}.`,
    ),
  );
});

test('an old PyTorch is refused before anything is loaded', async () => {
  const path = await emptyTorch(folder, '2.9.1');
  expect(() => loadTorch({ library: folder })).toThrow(
    new Error(`PyTorch 2.9.1 at ${path} is too old: 2.10 or newer is required: ${remedy}.`),
  );
});

test('a PyTorch without a version is refused', async () => {
  const path = await emptyTorch(folder, 'unknown');
  expect(() => loadTorch({ library: folder })).toThrow(
    `${path} does not say which version of PyTorch it is (version.py or build-version is missing): ${remedy}.`,
  );
});

test('a file that is not a library is named, in one line', async () => {
  const path = await emptyTorch(folder, '2.15.0');
  const load = (): unknown => loadTorch({ library: folder, device: 'cpu' });
  expect(load).toThrow(`PyTorch in ${path} cannot be loaded: `);
  expect(load).toThrow(/^[^\n]*libc10[^\n]*; reinstall it \(pip install torch[^\n]*$/);
});

test('a device whose libraries are missing is refused', async () => {
  const path = await emptyTorch(folder, '2.15.0+cpu');
  expect(() => loadTorch({ library: folder, device: 'cuda:1' })).toThrow(
    new RegExp(
      `^The PyTorch in ${path} has no support for 'cuda:1' or is incomplete: libtorch_cuda\\.\\w+ is missing\\.$`,
    ),
  );
});

test('bad options name the rule and the value', () => {
  expect(() => loadTorch({ threads: 0 })).toThrow(
    new RangeError('threads must be a whole number >= 1 (registerTorchBackend), got 0.'),
  );
  expect(() => loadTorch({ device: 'gpu' })).toThrow(RangeError);
});

/** The tests' PyTorch, if it is one for NVIDIA's GPUs. */
const { path, gpu } = findTorch();
const hasCuda = path !== undefined && existsSync(join(path, 'libc10_cuda.so'));

describeWithLibrary('a CUDA device that is not there', () => {
  test.skipIf(!hasCuda)('is refused with those that are there, and the CPU can still be used', () => {
    const there = gpu ? 'cuda:0.*\\.' : 'none: is its driver installed, and new enough\\?';
    expect(() => loadTorch({ device: 'cuda:99' })).toThrow(
      new RegExp(
        `^device must be a GPU that PyTorch sees \\(registerTorchBackend\\), got 'cuda:99'; of NVIDIA it sees ${there}$`,
      ),
    );
    expect(loadTorch({ device: 'cpu' }).info.device).toBe('cpu');
  });
});
