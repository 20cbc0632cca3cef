import * as tf from '@tensorflow/tfjs-core';
import { expectAllClose } from './expect-all-close.js';

/**
 * Checks an op's gradient, d/dx sum(dy * f(x)) at every element of x, against central differences of its
 * float64 oracle.
 */
export function expectGradient(
  op: (x: tf.Tensor) => tf.Tensor,
  oracle: (x: Float64Array) => ArrayLike<number>,
  x: Float64Array,
  shape: number[],
  { step = 1e-4, tolerance = 1e-4 }: { step?: number; tolerance?: number } = {},
): void {
  const outputs = oracle(x).length;
  const dy = Float64Array.from({ length: outputs }, (_, i) => Math.fround(Math.cos(1 + 3 * i)));
  const objective = (at: Float64Array): number => {
    const y = oracle(at);
    let sum = 0;
    for (let i = 0; i < outputs; i++) sum += (dy[i] as number) * (y[i] as number);
    return sum;
  };
  const numeric = x.map((value, i) => {
    const moved = x.slice();
    moved[i] = value + step;
    const above = objective(moved);
    moved[i] = value - step;
    return (above - objective(moved)) / (2 * step);
  });
  const analytic = tf.tidy(() => {
    const input = tf.tensor(Float32Array.from(x), shape);
    const outputShape = op(input).shape;
    return tf
      .grad(op)(input, tf.tensor(Float32Array.from(dy), outputShape))
      .dataSync();
  });
  expectAllClose(analytic, numeric, tolerance);
}
