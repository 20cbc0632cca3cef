import '@tensorflow/tfjs-layers'; // registers tfjs's gradients, which core alone does not
import { noise } from '@alexnet/testing/noise';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

export { noise };

/** A tensor of `noise`. */
export function noisy(shape: number[], seed = 1): tf.Tensor {
  return tf.tensor(noise(shape, seed), shape);
}

type Results = { shape: number[]; dtype: string; values: ArrayLike<number> }[];

function resultsOn(backend: string, compute: () => tf.Tensor[]): Results {
  tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const results = tf.tidy(() =>
    compute().map((t) => ({ shape: t.shape, dtype: t.dtype, values: t.dataSync() })),
  );
  expect(tf.memory().numTensors, `tensors left on ${backend}`).toBe(before);
  return results;
}

/**
 * Runs the same tfjs code on 'cpu' and on 'onednn' and compares values, shapes and types.
 *
 * @param tolerance relative to the largest value of each result.
 * @param absolute an additional tolerance, for results that are sums of much larger values.
 * @param times how often onednn computes them; after the second time, shapes whose results are read run
 *   eagerly.
 */
export function expectSameAsCpu(compute: () => tf.Tensor[], tolerance = 1e-5, absolute = 0, times = 1): void {
  const expected = resultsOn('cpu', compute);
  for (let time = 0; time < times; time++) {
    const actual = resultsOn('onednn', compute);
    expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      expected.map(({ shape, dtype }) => ({ shape, dtype })),
    );
    actual.forEach(({ values }, i) => {
      expectClose(values, expected[i]?.values ?? [], tolerance, absolute);
    });
  }
}

/** As `expectSameAsCpu`, but results must be bit-identical, except that -0 equals 0. */
export function expectExactlyAsCpu(compute: () => tf.Tensor[]): void {
  const plain = (results: Results): object[] =>
    results.map(({ shape, dtype, values }) => ({ shape, dtype, values: Array.from(values, (v) => v + 0) }));
  const expected = plain(resultsOn('cpu', compute));
  expect(plain(resultsOn('onednn', compute))).toEqual(expected);
}

/** Runs the same tfjs code on both backends; it must have the same results or fail on both. */
export function expectSameOutcome(compute: () => tf.Tensor[]): void {
  const [cpu, onednn] = ['cpu', 'onednn'].map((backend) => failureOn(backend, compute));
  if (cpu === undefined && onednn === undefined) expectSameAsCpu(compute, 1e-5, 1e-6);
  else expect(onednn !== undefined, `on cpu: ${cpu}, on onednn: ${onednn}`).toBe(cpu !== undefined);
}

function failureOn(backend: string, compute: () => tf.Tensor[]): string | undefined {
  tf.setBackend(backend);
  try {
    tf.tidy(() => {
      compute();
    });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Compares with a tolerance relative to the largest finite expected value; NaN equals NaN. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-5,
  absolute = 0,
): void {
  expect(actual.length).toBe(expected.length);
  let scale = 0;
  for (const value of Array.from(expected))
    if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    if (Object.is(a, e) || Math.abs(a - e) <= tolerance * scale + absolute) continue;
    expect.fail(`value ${i} is ${a}, expected ${e} (tolerance ${tolerance} of ${scale})`);
  }
}

/** f(x...) and its gradients, with noise as the output's gradient. */
export function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const y = f(...inputs);
  return [y, ...tf.grads(f)(inputs, noisy(y.shape, 99))];
}

/** The float32 values that are not ordinary numbers, and some that are. */
const specialValues: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1e-40,
  -1e-30,
  1e-8,
  3e38,
  -3e38,
  0.5,
  -0.5,
  1,
  -1,
  2.5,
  5.999,
  6,
  7,
  20,
  -20,
  90,
  -90,
];

/** A tensor that repeats the special values. */
export function specials(length: number): tf.Tensor1D {
  return tf.tensor1d(
    Float32Array.from({ length }, (_, i) => specialValues[i % specialValues.length] as number),
  );
}

/** Two tensors that contain every pair of special values, ten times. */
export function specialPairs(): [tf.Tensor1D, tf.Tensor1D] {
  const count = specialValues.length;
  const length = count * count * 10;
  const at = (index: (i: number) => number): tf.Tensor1D =>
    tf.tensor1d(Float32Array.from({ length }, (_, i) => specialValues[index(i) % count] as number));
  return [at((i) => i), at((i) => Math.floor(i / count))];
}

/** Runs a kernel by name. */
export function runKernel(name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;
}
