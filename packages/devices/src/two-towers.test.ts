import { useBackend } from '@alexnet/backends';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { processDevice, threadDevice } from './index.js';
import { cpu, expectSameSteps, small } from './same-steps.test-data.js';

beforeAll(() => tf.setBackend('cpu'));

describe('steps on two devices match the unsplit network', () => {
  test('4 steps on two processes without dropout are bit-identical', () =>
    expectSameSteps(4, 'paper', { ...small, dropout: false }, [processDevice(cpu), processDevice(cpu)]));
  test('4 steps on a thread and a process with conv6 are bit-identical', () =>
    expectSameSteps(4, 'paperConv6', small, [threadDevice(cpu), processDevice(cpu)]));
  // Must be the last test, because oneDNN registers its own gradients for every backend
  test('20 steps on two threads with dropout agree to 1e-5 on the fastest backend', async () => {
    const { name } = await useBackend('auto', { threads: 1 });
    const fast = { name, threads: 1 } as const;
    await expectSameSteps(20, 'original2012', small, [threadDevice(fast), threadDevice(fast)], 1e-5);
  });
});
