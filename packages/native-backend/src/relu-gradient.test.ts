import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReluGrad, registerReluGradient } from './relu-gradient.js';

beforeEach(async () => {
  await tf.setBackend('cpu');
  registerReluGradient();
});
afterEach(() => {
  if (tf.getKernel(ReluGrad, 'cpu')) tf.unregisterKernel(ReluGrad, 'cpu');
});

const values = [-3, -0, 0, 0.25, 2, Number.POSITIVE_INFINITY];
const gradient = (): number[] => [
  ...tf
    .grad((x: tf.Tensor) => tf.mul(tf.relu(x), [1, 2, 3, 4, 5, 6]))(tf.tensor1d(values))
    .dataSync(),
];

test('without the kernel, stock kernels compute 0 for y <= 0 and dy elsewhere', () => {
  expect(gradient()).toEqual([0, 0, 0, 4, 5, 6]);
});

test('a backend that has the kernel runs it with dy and the output, and the input is not kept', () => {
  const seen: number[][] = [];
  tf.registerKernel({
    kernelName: ReluGrad,
    backendName: 'cpu',
    kernelFunc: ({ inputs }) => {
      const { dy, y } = inputs as Record<'dy' | 'y', tf.Tensor>;
      seen.push([...dy.dataSync()], [...y.dataSync()]);
      return tf.mul(dy, 10);
    },
  });
  expect(gradient()).toEqual([10, 20, 30, 40, 50, 60]);
  expect(seen).toEqual([[1, 2, 3, 4, 5, 6], values.map((value) => Math.max(0, value))]);
});

test('a gradient of a gradient uses kernels that have gradients', () => {
  const cube = tf.grad((x: tf.Tensor) => tf.pow(tf.relu(x), 3));
  const second = tf.grad((x: tf.Tensor) => cube(x))(tf.tensor1d([-1, 2])); // 6x
  expect([...second.dataSync()]).toEqual([0, 12]);
});
