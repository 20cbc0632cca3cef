/** A GPU beside a CPU: one that a program plays, where there is no other. */
import { listGpuAdapters } from '@alexnet/backends';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { threadDevice, webGpuDevice } from './index.js';
import { cpu, expectSameSteps, small } from './same-steps.test-data.js';

const adapters = await listGpuAdapters().catch(() => []);

test.skipIf(adapters.length === 0)(
  '2 steps of a tower on webgpu and one on a CPU are those of the whole net',
  async () => {
    await tf.setBackend('cpu');
    await expectSameSteps(2, 'original2012', small, [webGpuDevice(0), threadDevice(cpu)], 1e-4);
  },
);

test('a thread is no place for webgpu', () => {
  expect(() => threadDevice({ name: 'webgpu' })).toThrow(
    "name must not be 'webgpu' (threadDevice), got 'webgpu': use processDevice.",
  );
});
