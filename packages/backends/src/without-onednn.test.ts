import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { useBackend } from './index.js';

beforeAll(() => {
  vi.stubEnv('ALEXNET_ONEDNN_LIBRARY', '/nonexistent');
  vi.stubEnv('ALEXNET_TORCH_DIR', '/nonexistent');
});

test('auto falls back to wasm and keeps the reasons', async () => {
  const { name, tried } = await useBackend();
  expect(name).toBe('wasm');
  expect(tf.getBackend()).toBe('wasm');
  expect(tried).toMatchObject([
    { name: 'onednn', reason: expect.stringMatching(/^oneDNN not found \(looked in \/nonexistent\)/) },
    { name: 'torch', reason: expect.stringMatching(/^PyTorch not found \(looked in \/nonexistent,/) },
    { name: 'tensorflow' },
  ]);
});

test('onednn by name gives a one-line error', async () => {
  const error = await useBackend('onednn').catch((reason: unknown) => reason as Error);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).not.toContain('\n');
});
