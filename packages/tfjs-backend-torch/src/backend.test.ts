import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { TorchBackend } from './backend.js';
import type { TorchMemory } from './index.js';
import { torchFallbacks } from './index.js';
import { loadTorch } from './native/load-torch.js';
import { noisy, runKernel } from './testing/as-cpu.js';
import { describeTorch } from './testing/describe-torch.js';

const steps = Number(process.env.ALEXNET_LEAK_STEPS ?? 400);
const memory = () => tf.memory() as tf.MemoryInfo & TorchMemory;

/** One training step of a small network with every kind of kernel; `size` varies the shapes. */
function step(filter: tf.Variable, velocity: tf.Variable, size: number): void {
  tf.tidy(() => {
    const x = noisy([2, size, size, 4]) as tf.Tensor4D;
    const { grads } = tf.variableGrads(() => {
      const convolved = tf.relu(tf.conv2d(x, filter as tf.Tensor4D, 1, 'same')) as tf.Tensor4D;
      const normalized = tf.localResponseNormalization(convolved, 2, 1, 0.1, 0.75);
      const pooled = [tf.maxPool(normalized, 3, 2, 'same'), tf.avgPool(normalized, 3, 2, 'same')];
      const rows = tf.reshape(tf.concat(pooled, 3), [2, -1]);
      return tf.sum(tf.square(tf.matMul(rows, rows, false, true))) as tf.Scalar;
    });
    const inputs = { weight: filter, velocity, gradient: grads[filter.name] };
    runKernel('SgdMomentumUpdate', inputs, { learningRate: 1e-6, momentum: 0.9, weightDecay: 0 });
  });
}

describeTorch('the torch backend', () => {
  test(`${steps} training steps of mixed shapes leave no tensor, bring nothing back and need no cpu kernel (ALEXNET_LEAK_STEPS)`, () => {
    const [filter, velocity] = [tf.variable(noisy([3, 3, 4, 8])), tf.variable(tf.zeros([3, 3, 4, 8]))];
    const sizes = [6, 9, 12, 7];
    for (const size of sizes) step(filter, velocity, size);
    const [before, fallbacks] = [memory(), torchFallbacks()];
    const resident = process.memoryUsage.rss();
    for (let i = 0; i < steps; i++) step(filter, velocity, sizes[i % 4] ?? 6);
    expect(process.memoryUsage.rss() - resident).toBeLessThan(64 * 2 ** 20); // V8's own heap may grow a little
    expect(memory()).toEqual(before);
    expect(torchFallbacks()).toEqual(fallbacks);
    tf.dispose([filter, velocity]);
  });

  test('frees each value with its last reference', () => {
    const before = memory();
    const x = tf.relu(noisy([10, 10]));
    const clone = x.clone();
    const reshaped = tf.reshape(x, [100]);
    x.dispose();
    clone.dispose();
    expect(memory().torchBytes).toBeGreaterThanOrEqual(before.torchBytes + 400);
    expect(reshaped.dataSync()).toHaveLength(100);
    reshaped.dispose();
    tf.disposeVariables();
    tf.tidy(() => {
      tf.neg(tf.ones([3]));
    });
    expect(memory().torchTensors).toBeLessThanOrEqual(before.torchTensors + 1); // the noise
  });

  test('values that were read are copies', async () => {
    const x = tf.relu(noisy([4, 4]));
    const [read, later] = [x.dataSync(), await x.data()];
    read[0] = 7;
    expect(later[0]).not.toBe(7);
    expect(x.dataSync()[0]).not.toBe(7);
    x.dispose();
  });

  test('moves tensors to another backend and back', async () => {
    const x = tf.relu(noisy([5, 5]));
    const expected = x.dataSync();
    await tf.setBackend('cpu');
    const there = tf.neg(x);
    await tf.setBackend('torch');
    expect(tf.neg(there).dataSync()).toEqual(expected);
    tf.dispose([x, there]);
  });

  test('other types, complex numbers and strings work as on cpu', () => {
    expect(tf.abs(tf.complex([3, 1], [4, 0])).dataSync()).toEqual(Float32Array.from([5, 1]));
    expect(tf.tensor(['a', 'b']).dataSync()).toEqual(['a', 'b']);
    expect(tf.logicalNot(tf.tensor1d([true, false], 'bool')).dataSync()).toEqual(Uint8Array.from([0, 1]));
    expect(tf.cast(tf.tensor1d([1.7, -1.7, Number.NaN, 2 ** 32 + 4096]), 'int32').dataSync()).toEqual(
      Int32Array.of(1, -1, 0, 4096),
    );
    expect(tf.add(tf.tensor1d([1, 2], 'int32'), 3).dataSync()).toEqual(Float32Array.from([4, 5]));
    const [a, b] = [tf.tensor2d([1, 2 ** 31 - 1, -5, 0], [2, 2], 'int32'), tf.tensor1d([2, 1], 'int32')];
    const fallbacks = torchFallbacks();
    expect(tf.add(a, b).dataSync()).toEqual(Int32Array.of(3, -(2 ** 31), -3, 1)); // modulo 2^32, as on cpu
    expect(tf.sub(a, b).dataSync()).toEqual(Int32Array.of(-1, 2 ** 31 - 2, -7, -1));
    expect(torchFallbacks()).toEqual(fallbacks);
  });

  test('uploads large values when a tensor is made, if it is asked to', () => {
    const loaded = loadTorch({ device: 'cpu' });
    const backend = new TorchBackend(loaded, undefined, true);
    const values = Float32Array.from({ length: 2 ** 16 }, (_, i) => i);
    const large = backend.write(values, [2 ** 8, 2 ** 8], 'float32');
    const small = backend.write(values.subarray(1), [2 ** 16 - 1], 'float32');
    expect(backend.memory().torchBytes).toBe(2 ** 18);
    values.fill(0);
    expect(backend.readSync(large)).toEqual(Float32Array.from({ length: 2 ** 16 }, (_, i) => i));
    for (const id of [large, small]) backend.disposeData(id);
    expect(backend.memory()).toMatchObject({ torchBytes: 0, torchTensors: loaded.aten.live });

    const full = new TorchBackend(loaded, 2 ** 18 - 1, true);
    expect(() => full.write(values, [2 ** 16], 'float32')).toThrow(/^Out of memory \(torch\): 262144 bytes/);
    expect(full.numDataIds()).toBe(0);
  });

  test('counts the kernels that ran on the cpu backend, and what they brought back', () => {
    const before = torchFallbacks().Cumsum ?? 0;
    const x = tf.relu(tf.tensor1d([1, 2, 3]));
    const { downloads } = memory();
    expect(Array.from(tf.cumsum(x).dataSync())).toEqual([1, 3, 6]);
    expect(torchFallbacks().Cumsum).toBe(before + 1);
    expect(memory().downloads).toBe(downloads + 1);
  });

  test('a refused operation throws with the name of the kernel, and leaves nothing', () => {
    const [a, b] = [noisy([2, 3]), noisy([2, 2, 2])];
    tf.neg(a).dispose();
    tf.neg(b).dispose();
    const before = memory().torchTensors;
    expect(() => runKernel('Softmax', { logits: a }, { dim: 7 })).toThrow(
      /^Softmax: PyTorch refused aten::softmax\.int: /,
    );
    expect(memory().torchTensors).toBe(before);
  });

  test('NaN passes through relu, its gradient and max pooling', () => {
    const x = tf.tensor4d([Number.NaN, 1, 2, 3], [1, 2, 2, 1]);
    expect(tf.relu(x).dataSync()[0]).toBeNaN();
    expect(tf.maxPool(x, 2, 2, 'valid').dataSync()[0]).toBeNaN();
    const dy = tf.tensor1d([Number.NaN, 1, 2]);
    expectAllClose(
      runKernel('ReluGrad', { dy, y: tf.tensor1d([1, 0, 5]) })
        .dataSync()
        .slice(1),
      [0, 2],
    );
    expect(runKernel('ReluGrad', { dy, y: tf.tensor1d([0, 0, 5]) }).dataSync()[0]).toBeNaN();
  });
});
