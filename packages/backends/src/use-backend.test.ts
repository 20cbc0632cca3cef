import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import { findTorch } from '@alexnet/tfjs-backend-torch';
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
  await expect(useBackend('auto', { precision: 'float16' as never })).rejects.toThrow(
    "precision must be 'float32', 'tf32' or 'bfloat16' (useBackend), got 'float16'.",
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

test.each(['onednn', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const)(
  '%s refuses every precision but float32',
  async (name) => {
    await expect(useBackend(name, { precision: 'bfloat16' })).rejects.toThrow(
      new RangeError(`precision must be 'float32' for '${name}' (useBackend), got 'bfloat16'.`),
    );
  },
);

test('a precision that was asked for decides which backend auto uses', async (context) => {
  if (!findTorch().path) context.skip('PyTorch is not installed');
  const { name, precision, tried } = await useBackend('auto', { precision: 'bfloat16', adapter: 'cpu' });
  expect([name, precision]).toEqual(['torch', 'bfloat16']);
  expect(tried).toEqual([
    { name: 'onednn', reason: "precision must be 'float32' for 'onednn' (useBackend), got 'bfloat16'." },
  ]);
  const a = tf.tensor2d([[1 + 2 ** -9]]); // bfloat16 has 7 bits after the point
  expect(tf.matMul(a, a).dataSync()).toEqual(Float32Array.of(1));
  tf.removeBackend('torch');
});

test.skipIf(process.platform !== 'linux' || !findOneDnn().path)(
  'onednn accepts cores, and complains only about cores that are not available',
  async () => {
    await expect(useBackend('onednn', { cores: [4095] })).rejects.toThrow(
      /^cores must be among the CPUs that this process may use, .* got \[4095\]: 4095 cannot be used/,
    );
  },
);
