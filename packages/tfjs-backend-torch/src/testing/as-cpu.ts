import '@tensorflow/tfjs-layers'; // registers tfjs's gradients, which core alone does not
import { expectAllClose } from '@alexnet/testing';
import { noise } from '@alexnet/testing/noise';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** A tensor of `noise`. */
export function noisy(shape: number[], seed = 1): tf.Tensor {
  return tf.tensor(noise(shape, seed), shape);
}

/** Runs a kernel by name. */
export function runKernel(name: string, inputs: object, attributes: object = {}): tf.Tensor {
  return tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as tf.Tensor;
}

/** f(x...) and its gradients, with noise as the output's gradient. */
export function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const y = f(...inputs);
  return [y, ...tf.grads(f)(inputs, noisy(y.shape, 99))];
}

/**
 * Runs the same tfjs code on 'cpu' and on 'torch'; values, shapes and types must agree, and neither may leave
 * a tensor, nor PyTorch one of its own.
 */
export function expectAsCpu(compute: () => tf.Tensor[], tolerance = 1e-5): void {
  const expected = resultsOn('cpu', compute);
  const actual = resultsOn('torch', compute);
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  actual.forEach(({ values }, i) => {
    expectAllClose(values, expected[i]?.values ?? [], tolerance);
  });
}

interface Result {
  shape: number[];
  dtype: string;
  values: ArrayLike<number>;
}

function resultsOn(backend: string, compute: () => tf.Tensor[]): Result[] {
  tf.setBackend(backend);
  const count = (): number[] => {
    const { numTensors, torchTensors = 0 } = tf.memory() as tf.MemoryInfo & { torchTensors?: number };
    return [numTensors, torchTensors];
  };
  const before = count();
  const results = tf.tidy(() =>
    compute().map((t) => ({ shape: t.shape, dtype: t.dtype, values: t.dataSync() })),
  );
  expect(count(), `tensors of tfjs and of PyTorch left on ${backend}`).toEqual(before);
  return results;
}
