import { useBackend } from '@alexnet/backends';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { processDevice, threadDevice } from './index.js';
import { cpu, expectSameSteps, small } from './same-steps.test-data.js';

beforeAll(() => tf.setBackend('cpu'));

describe('steps on two devices are those of the whole net', () => {
  test('4 on two processes, no dropout, to the bit', () =>
    expectSameSteps(4, 'paper', { ...small, dropout: false }, [processDevice(cpu), processDevice(cpu)]));
  test('4 on a thread and a process, conv6, to the bit', () =>
    expectSameSteps(4, 'paperConv6', small, [threadDevice(cpu), processDevice(cpu)]));
  // last: oneDNN brings its own gradients to every backend
  test('20 on two threads, dropout, on the fastest backend', async () => {
    const { name } = await useBackend('auto', { threads: 1 });
    const fast = { name, threads: 1 } as const;
    await expectSameSteps(20, 'original2012', small, [threadDevice(fast), threadDevice(fast)], 1e-5);
  });
});
