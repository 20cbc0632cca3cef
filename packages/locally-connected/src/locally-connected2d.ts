import {
  type Padding2D,
  requireFit,
  requireKnownOptions,
  requirePadding,
  requirePair,
  requireTensor,
  type Window2D,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link locallyConnected2d}. */
export interface LocallyConnected2dOptions {
  /** kh and kw: one number for both, or a pair. */
  kernelSize: number | [number, number];
  /** Default 1. */
  strides?: number | [number, number];
  /** Default 'valid'. */
  padding?: Padding2D;
  /** `[H', W', filters]`: each position and filter has its own. Default none. */
  bias?: tf.Tensor3D;
}

const caller = 'locallyConnected2d';
const optionNames = ['kernelSize', 'strides', 'padding', 'bias'];

/**
 * A convolution whose filters are not shared: every position of the output has filters of its own.
 *
 *     y(i, j, f) = b(i, j, f) + sum over u, v, c of x(i s + u, j s + v, c) w(i W' + j, (u kw + v) C + c, f)
 *
 * @param x `[N, H, W, C]`, float32.
 * @param filter `[H' W', kh kw C, filters]`, as in Keras's LocallyConnected2D with `implementation: 1`.
 * @returns `[N, H', W', filters]`, owned by the caller.
 * @throws TypeError if a tensor has another shape or type or an option is unknown; RangeError if the window
 *   does not fit into the padded image or an option is out of range.
 * @see `type=local` of cuda-convnet, in `layers-conv-local-13pct.cfg`, whose 13% on CIFAR-10 Krizhevsky et al.
 *   2012, sec. 3.3, gives
 * @example
 * const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
 * const filter = tf.tensor3d([1, 10, 100, 1000], [4, 1, 1]);
 * locallyConnected2d(x, filter, { kernelSize: 1 }); // 1, 20, 300, 4000
 */
export function locallyConnected2d(
  x: tf.Tensor4D,
  filter: tf.Tensor3D,
  options: LocallyConnected2dOptions,
): tf.Tensor4D {
  requireTensor('x', x, { dtype: 'float32', axes: ['N', 'H', 'W', 'C'] }, caller);
  requireKnownOptions(options, optionNames, caller);
  const { strides = 1, padding = 'valid', bias } = options;
  const window = {
    kernelSize: requirePair('kernelSize', options.kernelSize, caller),
    strides: requirePair('strides', strides, caller),
    padding: requirePadding(padding, caller),
  };
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = requireFit([height, width], window, caller);
  const positions = rows * columns;
  const inputs = window.kernelSize[0] * window.kernelSize[1] * channels;
  requireTensor('filter', filter, { dtype: 'float32', axes: [positions, inputs, 'filters'] }, caller);
  const filters = filter.shape[2];
  if (bias) requireTensor('bias', bias, { dtype: 'float32', axes: [rows, columns, filters] }, caller);
  return tf.tidy(() => {
    const patches = tf.reshape(patchesOf(x, window, [rows, columns]), [batch, positions, inputs]);
    const byPosition = tf.matMul(tf.transpose(patches, [1, 0, 2]), filter); // [H' W', N, filters]
    const y = tf.reshape<tf.Rank.R4>(tf.transpose(byPosition, [1, 0, 2]), [batch, rows, columns, filters]);
    return bias ? tf.add(y, bias) : y;
  });
}

/** What the filters of each position read: `[N, rows, columns, kh kw C]`. */
function patchesOf(
  x: tf.Tensor4D,
  { kernelSize, strides, padding }: Window2D,
  output: [number, number],
): tf.Tensor4D {
  const zeros = ([0, 1] as const).map((axis): [number, number] => {
    const side = x.shape[1 + axis] as number;
    const before = zerosBefore(axis, side, output[axis], { kernelSize, strides, padding });
    // As `alongRows` reads whole strides, the last one may need zeros that no window covers.
    return [before, Math.max(kernelSize[axis] - 1 + output[axis] * strides[axis] - before - side, 0)];
  }) as [[number, number], [number, number]];
  const padded = zeros.flat().some((count) => count > 0) ? tf.pad4d(x, [[0, 0], ...zeros, [0, 0]]) : x;
  const [batch, height, width, channels] = padded.shape;
  // Two passes, kh + kw slices instead of kh kw: first the columns of each window, then its rows.
  const lines = tf.reshape<tf.Rank.R4>(padded, [batch * height, width, 1, channels]);
  const wide = alongRows(lines, kernelSize[1], strides[1], output[1]); // [N H, columns, 1, kw C]
  const images = tf.reshape<tf.Rank.R4>(wide, [batch, height, output[1], kernelSize[1] * channels]);
  return alongRows(images, kernelSize[0], strides[0], output[0]);
}

/** 'same' adds the odd row or column of zeros at the end, as in `tf.conv2d`. */
function zerosBefore(axis: 0 | 1, side: number, count: number, window: Window2D): number {
  const { kernelSize, strides, padding } = window;
  if (padding === 'valid') return 0;
  if (padding !== 'same') return padding[axis][0];
  return Math.floor(Math.max((count - 1) * strides[axis] + kernelSize[axis] - side, 0) / 2);
}

/** The `size` rows of each of `count` windows, side by side: `[A, H, W, C]` -> `[A, count, W, size C]`. */
function alongRows(x: tf.Tensor4D, size: number, stride: number, count: number): tf.Tensor4D {
  const rows = Array.from({ length: size }, (_, offset) => everyNthRow(x, offset, stride, count));
  return tf.concat(rows, 3);
}

/** The rows offset, offset + stride, ... by plain slices, because tfjs has no gradient for `stridedSlice`. */
function everyNthRow(x: tf.Tensor4D, offset: number, stride: number, count: number): tf.Tensor4D {
  const [images, , width, channels] = x.shape;
  const whole = tf.slice4d(x, [0, offset, 0, 0], [images, count * stride, width, channels]);
  if (stride === 1) return whole;
  const strides = tf.reshape<tf.Rank.R3>(whole, [images * count, stride, width * channels]);
  const first = tf.slice3d(strides, [0, 0, 0], [images * count, 1, width * channels]);
  return tf.reshape<tf.Rank.R4>(first, [images, count, width, channels]);
}
