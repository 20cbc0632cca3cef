import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { findTorch, registerTorchBackend, type TorchMemory } from './index.js';
import { describeWithLibrary } from './testing/describe-torch.js';

test('without PyTorch the error says in one line what to install', () => {
  expect(() => registerTorchBackend({ library: '/nonexistent' })).toThrow(
    /^PyTorch not found [^\n]*pip install torch[^\n]*$/,
  );
});

describeWithLibrary('registerTorchBackend', () => {
  test('registers once, returns the PyTorch in use, and sets threads again', async () => {
    const info = registerTorchBackend({ device: 'cpu' });
    const { path, version } = findTorch();
    expect(info).toMatchObject({ path, version, device: 'cpu' });
    await tf.setBackend('torch');
    const backend = tf.backend();
    expect(registerTorchBackend({ threads: 1 }).threads).toBe(1);
    expect(registerTorchBackend({ threads: 2 }).threads).toBe(2);
    registerTorchBackend({ threads: info.threads });
    expect(tf.findBackend('torch')).toBe(backend);
  });

  test('refuses another device and a bad number of threads', () => {
    registerTorchBackend({ device: 'cpu' });
    expect(() => registerTorchBackend({ device: 'cuda' })).toThrow(
      "device must stay 'cpu' while the backend is registered (registerTorchBackend), got 'cuda'.",
    );
    expect(() => registerTorchBackend({ threads: 0.5 })).toThrow('threads must be a whole number >= 1');
  });

  test('an operation that would exceed the memory limit is refused, and the program can go on', async () => {
    registerTorchBackend({ device: 'cpu' });
    await tf.setBackend('torch');
    const x = tf.relu(tf.ones([1000]));
    const { torchBytes, torchTensors } = tf.memory() as tf.MemoryInfo & TorchMemory;
    registerTorchBackend({ memoryLimit: torchBytes + 5000 });
    const kept = tf.neg(x);
    expect(() => tf.neg(x)).toThrow(
      `Out of memory (torch): 4000 bytes were asked for; ${torchBytes + 4000} are in use, ${torchBytes + 5000} allowed (memoryLimit).`,
    );
    expect(tf.memory()).toMatchObject({ torchBytes: torchBytes + 4000, torchTensors: torchTensors + 1 });
    kept.dispose();
    expect(tf.neg(x).dataSync()[7]).toBe(-1);
    registerTorchBackend({ memoryLimit: Number.POSITIVE_INFINITY });
    expect(tf.neg(tf.ones([5000])).dataSync()[4999]).toBe(-1);
    expect(() => registerTorchBackend({ memoryLimit: 0 })).toThrow(
      'memoryLimit must be a number of bytes > 0 (registerTorchBackend), got 0.',
    );
    x.dispose();
  });

  test('a removed backend leaves its tensors readable, and another can be registered', async () => {
    registerTorchBackend({ device: 'cpu' });
    await tf.setBackend('torch');
    const x = tf.relu(tf.tensor1d([-1, 2]));
    tf.removeBackend('torch');
    await tf.setBackend('cpu');
    expect(x.dataSync()).toEqual(Float32Array.of(0, 2));
    registerTorchBackend({ device: 'cpu' });
    await tf.setBackend('torch');
    const y = tf.neg(x);
    expect(y.dataSync()[1]).toBe(-2);
    tf.dispose([x, y]);
  });
});
