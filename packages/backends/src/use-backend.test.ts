import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { automaticBackends, useBackend } from './index.js';

afterEach(() => vi.unstubAllEnvs());

test.each(['wasm', 'cpu'] as const)('%s starts and computes', async (name) => {
  const used = await useBackend(name);
  expect(used).toMatchObject({ name, threads: 1, tried: [] });
  expect(tf.getBackend()).toBe(name);
  expect(tf.matMul([[1, 2]], [[3], [4]]).dataSync()).toEqual(Float32Array.from([11]));
});

test('auto says what it chose, and why not the backends before it', async () => {
  const used = await useBackend();
  expect(tf.getBackend()).toBe(used.name);
  expect(used.reason).not.toBe('');
  const order = await automaticBackends();
  expect(used.tried.map(({ name }) => name)).toEqual(order.slice(0, order.indexOf(used.name)));
});

test('bad arguments name the rule and the value', async () => {
  await expect(useBackend('cuda' as never)).rejects.toThrow(
    "name must be one of auto, onednn, torch, tensorflow, webgpu, wasm, cpu (useBackend), got 'cuda'.",
  );
  await expect(useBackend('auto', { threads: 0 })).rejects.toThrow(
    'threads must be a whole number >= 1 (useBackend), got 0.',
  );
  await expect(useBackend('webgpu', { adapter: -1 })).rejects.toThrow(
    'adapter must be a name or a whole number >= 0 (useBackend), got -1.',
  );
});

test.each(['torch', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const)('%s refuses cores', async (name) => {
  const error = await useBackend(name, { cores: [0] }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RangeError);
  expect((error as Error).message).toMatch(
    new RegExp(`^cores cannot be set for '${name}' \\(useBackend\\): .+\\.$`),
  );
});

test.skipIf(process.platform !== 'linux' || !findOneDnn().path)(
  'onednn accepts cores, and complains only about cores that are not available',
  async () => {
    await expect(useBackend('onednn', { cores: [4095] })).rejects.toThrow(
      /^cores must be among the CPUs that this process may use, .* got \[4095\]: 4095 cannot be used/,
    );
  },
);
