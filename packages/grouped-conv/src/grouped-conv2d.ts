import {
  type Padding2D,
  requireFit,
  requireKnownOptions,
  requireOneOf,
  requirePadding,
  requireTensor,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { checkGroups, requireDistances } from './check-convolution.js';

/** Options of {@link groupedConv2d}. */
export interface GroupedConv2dOptions {
  /** Into how many independent convolutions the channels are split. Default 1. */
  groups?: number;
  /** Default 1. */
  strides?: number | [number, number];
  /** Distance between neighboring pixels that a filter reads. Default 1. */
  dilationRate?: number | [number, number];
  /** Default 'valid'. */
  padding?: Padding2D;
  /** `[filters]`, added at every position. */
  bias?: tf.Tensor1D;
  /** Applied last. Default 'linear'. */
  activation?: 'linear' | 'relu';
}

/**
 * Convolution in groups: filter f of group g reads the channels of group g only.
 *
 *     y(i, j, f) = b(f) + sum over u, v, c of x(i s + u, j s + v, g C/G + c) w(u, v, c, f),  g = floor(f G / F)
 *
 * @param x `[N, H, W, inChannels]`, float32.
 * @param filter `[kh, kw, inChannels / groups, filters]`.
 * @returns `[N, H', W', filters]`, owned by the caller.
 * @throws TypeError if a tensor has another rank or type or an option is unknown; RangeError if `groups` does
 *   not divide the channels and the filters, if the filter does not fit them or the padded image, or if an
 *   option is out of range.
 * @see Krizhevsky et al. 2012, sec. 3.5 and figure 2: in layers 2, 4 and 5 each tower reads its own half only
 * @example
 * const y = groupedConv2d(x, filter, { groups: 2, padding: 'same', activation: 'relu' });
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  options: GroupedConv2dOptions = {},
): tf.Tensor4D {
  const {
    groups = 1,
    strides = 1,
    dilationRate = 1,
    padding = 'valid',
    bias,
    activation = 'linear',
  } = options;
  requireTensor('x', x, { dtype: 'float32', axes: ['N', 'H', 'W', 'C'] }, 'groupedConv2d');
  requireTensor(
    'filter',
    filter,
    { dtype: 'float32', axes: ['kh', 'kw', 'C / groups', 'filters'] },
    'groupedConv2d',
  );
  requireKnownOptions(options, optionNames, 'groupedConv2d');
  requireOneOf('activation', activation, ['linear', 'relu'], 'groupedConv2d');
  if (bias) requireTensor('bias', bias, { dtype: 'float32', axes: [filter.shape[3]] }, 'groupedConv2d');
  checkGroups(groups, x.shape[3], filter.shape[3]);
  if (filter.shape[2] * groups !== x.shape[3]) {
    throw new RangeError(
      `filter must have inChannels / groups = ${x.shape[3] / groups} channels (groupedConv2d), got ${filter.shape[2]}.`,
    );
  }
  requirePadding(padding, 'groupedConv2d');
  const distances = requireDistances(strides, dilationRate, 'groupedConv2d');
  const kernelSize = [filter.shape[0], filter.shape[1]] as const;
  requireFit([x.shape[1], x.shape[2]], { kernelSize, padding, ...distances }, 'groupedConv2d');
  const convolve = (input: tf.Tensor4D, kernel: tf.Tensor4D, offset: tf.Tensor1D | undefined): tf.Tensor4D =>
    tf.fused.conv2d({
      x: input,
      filter: kernel,
      strides,
      dilations: dilationRate,
      pad: tfjsPadding(padding),
      activation,
      ...(offset && { bias: offset }),
    });
  return groups === 1
    ? convolve(x, filter, bias)
    : tf.tidy(() => inGroups(groups, convolve, x, filter, bias));
}

const optionNames = ['groups', 'strides', 'dilationRate', 'padding', 'bias', 'activation'];

function inGroups(
  groups: number,
  convolve: (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D | undefined) => tf.Tensor4D,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D | undefined,
): tf.Tensor4D {
  const inputs = tf.split(x, groups, 3) as tf.Tensor4D[];
  const filters = tf.split(filter, groups, 3) as tf.Tensor4D[];
  const biases = bias && (tf.split(bias, groups) as tf.Tensor1D[]);
  return tf.concat(
    inputs.map((input, g) => convolve(input, filters[g] as tf.Tensor4D, biases?.[g])),
    3,
  );
}

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

function tfjsPadding(padding: Padding2D): 'valid' | 'same' | ExplicitPadding {
  if (typeof padding === 'string') return padding;
  const [[top, bottom], [left, right]] = padding;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
