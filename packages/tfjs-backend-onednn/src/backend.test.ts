import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { OneDnnBackend } from './backend.js';
import { SgdMomentumUpdate } from './kernels/sgd-momentum-update.js';
import { noise, noisy, runKernel } from './testing/compare-backends.js';
import { describeOneDnn } from './testing/describe-onednn.js';
import type { OneDnnMemory } from './values/onednn-memory.js';

const memory = () => tf.memory() as tf.MemoryInfo & OneDnnMemory;

/** One training step of a small network with every kind of kernel; `size` varies the shapes. */
function step(filter: tf.Variable, velocity: tf.Variable, size: number): number {
  return tf.tidy(() => {
    const x = tf.tensor4d(noise([2, size, size, 8]), [2, size, size, 8]);
    const { value, grads } = tf.variableGrads(() => {
      const convolved = tf.relu(tf.conv2d(x, filter as tf.Tensor4D, 1, 'same')) as tf.Tensor4D;
      const normalized = tf.localResponseNormalization(convolved, 2, 1, 0.1, 0.75);
      const joined = tf.concat(
        [tf.maxPool(normalized, 3, 2, 'same'), tf.avgPool(normalized, 3, 2, 'same')],
        3,
      );
      const rows = tf.reshape(joined, [2, -1]);
      return tf.sum(tf.square(tf.matMul(rows, rows, false, true))) as tf.Scalar;
    });
    const gradient = grads[filter.name] as tf.Tensor;
    runKernel(
      SgdMomentumUpdate,
      { weight: filter, velocity, gradient },
      { learningRate: 1e-6, momentum: 0.9, weightDecay: 0 },
    );
    return value.dataSync()[0] as number;
  });
}

describeOneDnn('the onednn backend', () => {
  test('a hundred rounds of training steps of mixed shapes leak nothing', () => {
    const filter = tf.variable(noisy([3, 3, 8, 16]));
    const velocity = tf.variable(tf.zeros([3, 3, 8, 16]));
    const sizes = [12, 17, 20];
    const round = () => sizes.map((size) => step(filter, velocity, size));
    for (let i = 0; i < 3; i++) round(); // the pool finds the blocks it needs
    const before = memory();
    for (let i = 0; i < 100; i++) round();
    const after = memory();
    expect(after.numTensors).toBe(before.numTensors);
    expect(after.numDataBuffers).toBe(before.numDataBuffers);
    expect(after.poolLiveBytes).toBe(before.poolLiveBytes);
    expect(after.poolBytes).toBe(before.poolBytes);
    expect(after.plans).toBe(before.plans);
    tf.dispose([filter, velocity]);
  });

  test('keeps workspaces only inside a gradient tape', () => {
    const x = noisy([1, 20, 20, 32]) as tf.Tensor4D;
    tf.maxPool(x, 3, 2, 'valid').dispose();
    const before = memory().poolLiveBytes;
    const y = tf.maxPool(x, 3, 2, 'valid');
    const untaped = memory().poolLiveBytes - before;
    y.dispose();
    let taped = 0;
    const gradient = tf.grad((input: tf.Tensor) => {
      const output = tf.maxPool(input as tf.Tensor4D, 3, 2, 'valid');
      taped = memory().poolLiveBytes - before;
      return output;
    })(x);
    expect(taped).toBeGreaterThan(untaped);
    tf.dispose([gradient, x]);
  });

  test('returns copies, so data that was read does not change', async () => {
    const x = tf.relu(noisy([100, 100]));
    const read = x.dataSync();
    const asynchronous = await x.data();
    const copy = read.slice();
    x.dispose();
    tf.dispose(tf.neg(noisy([100, 100], 2))); // reuses x's memory
    expect(read).toEqual(copy);
    expect(asynchronous).toEqual(copy);
  });

  test('moves tensors to another backend and back', async () => {
    const x = tf.relu(noisy([100, 100]));
    const expected = x.dataSync();
    await tf.setBackend('cpu');
    const there = tf.neg(x);
    await tf.setBackend('onednn');
    expect(tf.neg(there).dataSync()).toEqual(expected);
    tf.dispose([x, there]);
  });

  test('an operation that oneDNN refuses throws an error with its name and shapes, and leaks nothing', () => {
    const backend = tf.backend() as OneDnnBackend;
    const { live } = backend.pool;
    const refuse = () =>
      backend.plan('probe [2] [3]', (native) =>
        native.primitive(native.reorder(native.dense([2]), native.dense([3])), []),
      );
    expect(() => backend.compute([5000], refuse)).toThrow(
      'oneDNN refused probe [2] [3]: invalid arguments (dnnl status 2).',
    );
    expect(backend.pool.live).toBe(live);
  });

  test('other types, complex numbers and strings work as on cpu', () => {
    expect(tf.abs(tf.complex([3, 1], [4, 0])).dataSync()).toEqual(Float32Array.from([5, 1]));
    expect(tf.tensor(['a', 'b']).dataSync()).toEqual(['a', 'b']);
    expect(tf.logicalNot(tf.tensor1d([true, false], 'bool')).dataSync()).toEqual(Uint8Array.from([0, 1]));
    expect(tf.memory().unreliable).toBe(true); // tfjs itself reports that strings make it unreliable
  });
});
