import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { registeredBackend } from '../register.js';
import { noisy } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import type { NativeEngine } from './native-engine.js';

/** The numbers of threads that are set while an operation runs for the second time. */
function threadsSetBy(run: () => tf.Tensor): number[] {
  const { native } = registeredBackend() as { native: NativeEngine };
  run().dispose();
  const set = vi.spyOn(native.api, 'ompSetNumThreads');
  try {
    const y = run();
    y.dataSync();
    y.dispose();
    return set.mock.calls.map(([threads]) => threads);
  } finally {
    set.mockRestore();
  }
}

describeOneDnn('threads of short operations', () => {
  const convolution = (size: number): (() => tf.Tensor) => {
    const x = noisy([1, size, size, 64]) as tf.Tensor4D;
    const filter = noisy([3, 3, 64, 64]) as tf.Tensor4D;
    return () => tf.fused.conv2d({ x, filter, strides: 1, pad: 'same' });
  };

  test('a short convolution runs on one thread, and others find their number as it was', () => {
    const { native } = registeredBackend() as { native: NativeEngine };
    const all = native.api.ompGetMaxThreads();
    native.api.ompSetNumThreads(2);
    try {
      const set = threadsSetBy(convolution(4));
      expect(set.length).toBeGreaterThan(0);
      expect(set).toEqual(set.map((_, i) => (i % 2 === 0 ? 1 : 2)));
      expect(native.api.ompGetMaxThreads()).toBe(2);
      expect(threadsSetBy(convolution(60))).toEqual([]);
    } finally {
      native.api.ompSetNumThreads(all);
    }
  });
});
