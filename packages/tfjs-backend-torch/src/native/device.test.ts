import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { likelyGpu } from '../library/likely-gpu.js';
import { librariesOf, parseDevice } from './device.js';

test.each([
  ['cpu', 'cpu', 'cpu', -1],
  ['cuda', 'cuda:0', 'cuda', 0],
  ['cuda:3', 'cuda:3', 'cuda', 3],
  ['xpu:1', 'xpu:1', 'xpu', 1],
  ['mps', 'mps', 'mps', 0],
])("'%s' is the device %s", (text, name, kind, index) => {
  expect(parseDevice(text)).toEqual({ name, kind, index });
});

test.each(['gpu', 'cpu:0', 'mps:1', 'cuda:', 'cuda:-1', 'cuda:1.5', ''])("'%s' is refused", (text) => {
  expect(() => parseDevice(text)).toThrow(
    `device must be cpu, mps, cuda, cuda:N, xpu or xpu:N (registerTorchBackend), got '${text}'.`,
  );
});

test.skipIf(process.platform !== 'linux')(
  'a GPU is likely if its driver and its libraries are there',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'likely-gpu-'));
    await mkdir(join(root, 'dev'));
    expect(likelyGpu(root, root)).toBeUndefined();
    await writeFile(join(root, 'dev', 'nvidia0'), '');
    expect(likelyGpu(root, root)).toBeUndefined();
    await writeFile(join(root, 'libtorch_cuda.so'), '');
    expect(likelyGpu(root, root)).toBe('cuda:0');
    expect(librariesOf(parseDevice('cuda'), root)).toContain(join(root, 'libtorch_cuda.so'));
    await rm(root, { recursive: true });
  },
);
