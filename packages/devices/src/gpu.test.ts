/** A GPU next to a CPU. The GPU is emulated in software if there is no other. */
import { listGpuAdapters } from '@alexnet/backends';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { threadDevice, webGpuDevice } from './index.js';
import { cpu, expectSameSteps, small } from './same-steps.test-data.js';

const adapters = await listGpuAdapters().catch(() => []);

test.skipIf(adapters.length === 0)(
  '2 steps with one tower on webgpu and one on a CPU match the unsplit network',
  async () => {
    await tf.setBackend('cpu');
    await expectSameSteps(2, 'original2012', small, [webGpuDevice(0), threadDevice(cpu)], 1e-4);
  },
);

test('threadDevice refuses webgpu', () => {
  expect(() => threadDevice({ name: 'webgpu' })).toThrow(
    "name must not be 'webgpu' (threadDevice), got 'webgpu': use processDevice.",
  );
});
