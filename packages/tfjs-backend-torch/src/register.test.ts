import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { findTorch, registerTorchBackend } from './index.js';
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
