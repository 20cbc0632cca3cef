import '@tensorflow/tfjs-layers'; // registers tfjs's gradients, which core alone does not
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { noise } from './noise.js';
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
} from './slow-layers.js';

/** A layer on the backend in use and as a slow loop; the shape of missing weights is empty. */
export interface AlexNetLayer {
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
): AlexNetLayer {
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

function pool(name: string, side: number, channels: number): AlexNetLayer {
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

function normalization(name: string, side: number, channels: number): AlexNetLayer {
  const [depthRadius, bias, alpha, beta] = [2, 2, 0.05, 0.75];
  return {
    name,
    weights: [],
    slow: slowNormalization([2, side, side, channels], { depthRadius, bias, alpha, beta }),
    fast: (x) => tf.localResponseNormalization(x, depthRadius, bias, alpha, beta),
  };
}

function dense(name: string, inputs: number, units: number): AlexNetLayer {
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

/** One tower of Krizhevsky et al. 2012, fig. 2, at its full size, with batches of 2. */
export const alexNetLayers: AlexNetLayer[] = [
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

/** Expects the values at some indices, within 1e-5 of `scale`. */
function expectNear(actual: Float32Array, indices: number[], expected: number[], scale: number): void {
  indices.forEach((index, i) => {
    const [value = Number.NaN, wanted = Number.NaN] = [actual[index], expected[i]];
    expect(Math.abs(value - wanted), `${value}, not ${wanted}`).toBeLessThan(1e-5 * scale);
  });
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] as number));
  return most;
}

/** Compares a sample of the values and gradients of a layer on the backend in use with its slow loop in float64. */
export function expectAsSlowLoop({ slow, weights, fast }: Omit<AlexNetLayer, 'name'>): void {
  const x = new Float64Array(noise(slow.inShape, 1));
  const w = new Float64Array(noise(weights, 2));
  const dy = noise(slow.outShape, 3);
  const [y, dx, dw] = valuesAndGradients({ slow, weights, fast }, { x, w, dy });
  const slowValue = (at: Position): number => slow.value(x, w, at);
  const weighted = (at: Position): number => slowValue(at) * (dy[indexOf(slow.outShape, at)] as number);

  const outputs = samples(y.length, 40);
  const values = outputs.map((i) => slowValue(positionOf(slow.outShape, i)));
  expectNear(y, outputs, values, largest(values));

  const inputs = samples(x.length, 4);
  const slopes = inputs.map((i) => slope(x, i, outputsOf(slow, positionOf(slow.inShape, i)), weighted));
  expectNear(dx, inputs, slopes, largest(dx));

  if (!dw) return;
  const filters = samples(w.length, 3);
  const [batch, height, width, channels] = slow.outShape;
  const filterSlopes = filters.map((i) => {
    const affected = Array.from({ length: batch * height * width }, (_, pixel) =>
      positionOf(slow.outShape, pixel * channels + (i % channels)),
    );
    return slope(w, i, affected, weighted);
  });
  expectNear(dw, filters, filterSlopes, largest(dw));
}

/** y, dx and, if the layer has weights, dw. */
function valuesAndGradients(
  { slow, weights, fast }: Omit<AlexNetLayer, 'name'>,
  { x, w, dy }: { x: Float64Array; w: Float64Array; dy: Float32Array },
): [Float32Array, Float32Array, Float32Array?] {
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
  const values = results.map((tensor) => tensor.dataSync<'float32'>());
  tf.dispose(results);
  return values as [Float32Array, Float32Array, Float32Array?];
}
