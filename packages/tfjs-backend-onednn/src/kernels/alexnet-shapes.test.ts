import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { noise } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import {
  indexOf,
  outputsOf,
  type Position,
  positionOf,
  type SlowLayer,
  slope,
  slowConvolution,
  slowMaxPool,
  slowNormalization,
} from '../testing/slow-layers.js';

/** A layer on onednn and as a slow loop; the shape of missing weights is empty. */
interface Layer {
  name: string;
  slow: SlowLayer;
  weights: [number, number, number, number] | [];
  fast(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor;
}

type Pad = Parameters<typeof tf.conv2d>[3];

function convolution(
  name: string,
  [side, channels]: [number, number],
  [size, stride, before, after]: [number, number, number, number],
  [outSide, filters]: [number, number],
): Layer {
  const both: [number, number] = [before, after];
  const pad: Pad = [[0, 0], both, both, [0, 0]];
  return {
    name,
    weights: [size, size, channels, filters],
    slow: slowConvolution({
      inShape: [2, side, side, channels],
      outShape: [2, outSide, outSide, filters],
      window: { size, stride, before },
    }),
    fast: (x, w) => tf.conv2d(x, w, stride, pad, 'NHWC', 1, 'floor'),
  };
}

function pool(name: string, side: number, channels: number): Layer {
  const outSide = (side - 3) / 2 + 1;
  return {
    name,
    weights: [],
    slow: slowMaxPool({
      inShape: [2, side, side, channels],
      outShape: [2, outSide, outSide, channels],
      window: { size: 3, stride: 2, before: 0 },
    }),
    fast: (x) => tf.maxPool(x, 3, 2, 'valid'),
  };
}

function normalization(name: string, side: number, channels: number): Layer {
  const [depthRadius, bias, alpha, beta] = [2, 2, 0.05, 0.75];
  return {
    name,
    weights: [],
    slow: slowNormalization([2, side, side, channels], { depthRadius, bias, alpha, beta }),
    fast: (x) => tf.localResponseNormalization(x, depthRadius, bias, alpha, beta),
  };
}

function dense(name: string, inputs: number, units: number): Layer {
  return {
    name,
    weights: [1, 1, inputs, units],
    slow: slowConvolution({
      inShape: [2, 1, 1, inputs],
      outShape: [2, 1, 1, units],
      window: { size: 1, stride: 1, before: 0 },
    }),
    fast: (x, w) =>
      tf.reshape(tf.matMul(tf.reshape(x, [2, inputs]), tf.reshape(w, [inputs, units])), [2, 1, 1, units]),
  };
}

/** One tower of Krizhevsky et al. 2012, fig. 2, with batches of 2. */
const layers: Layer[] = [
  convolution('conv1', [224, 3], [11, 4, 0, 3], [55, 96]),
  normalization('norm1', 55, 48),
  pool('pool1', 55, 48),
  convolution('conv2', [27, 48], [5, 1, 2, 2], [27, 128]),
  pool('pool2', 27, 128),
  convolution('conv3', [13, 256], [3, 1, 1, 1], [13, 384]),
  convolution('conv4', [13, 192], [3, 1, 1, 1], [13, 192]),
  convolution('conv5', [13, 192], [3, 1, 1, 1], [13, 128]),
  dense('fc6', 9216, 2048),
];

/** Positions spread over an array, including both ends. */
function samples(length: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * (length - 1)) / (count - 1)));
}

function expectNear(actual: number[], expected: number[], scale: number): void {
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number)), `${value}, not ${expected[i]}`).toBeLessThan(scale);
  });
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] as number));
  return most;
}

describeOneDnn("AlexNet's layers at their full size", () => {
  test.each(layers)('$name: values and gradients agree with a slow loop', ({ slow, weights, fast }) => {
    const x = new Float64Array(noise(slow.inShape, 1));
    const w = new Float64Array(noise(weights, 2));
    const dy = noise(slow.outShape, 3);
    const results = tf.tidy(() => {
      const images = tf.tensor(Float32Array.from(x), slow.inShape);
      const filter = tf.tensor(Float32Array.from(w), weights);
      const f = (a: tf.Tensor, b: tf.Tensor) => fast(a as tf.Tensor4D, b as tf.Tensor4D);
      const back = tf.tensor(dy, slow.outShape);
      const gradients =
        weights.length > 0
          ? tf.grads(f)([images, filter], back)
          : [tf.grad((a: tf.Tensor) => f(a, filter))(images, back)];
      return [f(images, filter), ...gradients];
    });
    const [y, dx, dw] = results.map((tensor) => tensor.dataSync()) as [
      Float32Array,
      Float32Array,
      Float32Array?,
    ];
    tf.dispose(results);

    const outputs = samples(y.length, 40);
    const values = outputs.map((i) => slow.value(x, w, positionOf(slow.outShape, i)));
    expectNear(
      outputs.map((i) => y[i] as number),
      values,
      1e-5 * largest(values),
    );

    const weighted = (at: Position): number =>
      slow.value(x, w, at) * (dy[indexOf(slow.outShape, at)] as number);
    const inputs = samples(x.length, 4);
    const slopes = inputs.map((i) => slope(x, i, outputsOf(slow, positionOf(slow.inShape, i)), weighted));
    expectNear(
      inputs.map((i) => dx[i] as number),
      slopes,
      1e-5 * largest(dx),
    );

    if (!dw) return;
    const filters = samples(w.length, 3);
    const [batch, height, width, channels] = slow.outShape;
    const filterSlopes = filters.map((i) => {
      const affected = Array.from({ length: batch * height * width }, (_, pixel) =>
        positionOf(slow.outShape, pixel * channels + (i % channels)),
      );
      return slope(w, i, affected, weighted);
    });
    expectNear(
      filters.map((i) => dw[i] as number),
      filterSlopes,
      1e-5 * largest(dw),
    );
  });
});
