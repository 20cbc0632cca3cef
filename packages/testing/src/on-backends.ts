import { type BackendName, useBackend } from '@alexnet/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, type TestContext, test } from 'vitest';

const backends: BackendName[] = ['cpu', 'onednn', 'torch', 'wasm', 'webgpu', 'tensorflow'];

/**
 * One test per backend. A backend that this machine lacks is skipped, with the reason. `body` must leave no
 * tensor behind.
 */
export function testOnBackends(name: string, body: (backend: BackendName) => Promise<void>): void {
  test.for(backends)(`${name}, on %s`, async (backend: BackendName, context: TestContext) => {
    try {
      await useBackend(backend);
    } catch (error) {
      return context.skip((error as Error).message);
    }
    const before = tf.memory().numTensors;
    await body(backend);
    expect(tf.memory().numTensors).toBe(before);
  });
}
