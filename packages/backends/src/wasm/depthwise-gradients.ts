import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  depthwiseConv2d,
  type KernelConfig,
  pad,
  reshape,
  reverse,
  slice,
  sum,
  type Tensor,
  type Tensor4D,
  tidy,
  tile,
  transpose,
} from '@tensorflow/tfjs-core';
import { padFor } from './pad-for.js';

type Shape = [number, number, number, number];

interface Attributes {
  strides: [number, number] | number;
  dilations?: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Both gradients are computed as depthwise convolutions. Here, every channel of every image becomes a
 * separate channel.
 */
export const depthwiseBackpropFilter: KernelConfig = {
  kernelName: DepthwiseConv2dNativeBackpropFilter,
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, dy } = inputs as Record<'x' | 'dy', Tensor4D>;
    const { filterShape, ...geometry } = attrs as unknown as Attributes & { filterShape: Shape };
    return tidy(() => filterGradient(x, dy, geometryOf(x.shape, filterShape, geometry)));
  },
};

export const depthwiseBackpropInput: KernelConfig = {
  kernelName: DepthwiseConv2dNativeBackpropInput,
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { dy, filter } = inputs as Record<'dy' | 'filter', Tensor4D>;
    const { inputShape, ...geometry } = attrs as unknown as Attributes & { inputShape: Shape };
    return tidy(() => inputGradient(dy, filter, geometryOf(inputShape, filter.shape, geometry)));
  },
};

function geometryOf(
  x: Shape,
  filter: Shape,
  { strides, dilations = 1, pad: padding, dimRoundingMode }: Attributes,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(x, filter, strides, dilations, padding, dimRoundingMode, true);
}

/** dfilter(u, v, c, m) = sum over n, i, j of x(n, i s + u, j s + v, c) dy(n, i, j, c M + m). */
function filterGradient(x: Tensor4D, dy: Tensor4D, info: backend_util.Conv2DInfo): Tensor {
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth, outHeight, outWidth } = info;
  const multiplier = outChannels / inChannels;
  const padded = padFor(x, info);
  const [, height, width] = padded.shape;
  const each = reshape(transpose(padded, [1, 2, 0, 3]), [height * width, batchSize * inChannels, 1]);
  const channels = batchSize * outChannels;
  const images: Tensor4D = reshape(tile(each, [1, 1, multiplier]), [1, height, width, channels]);
  const filter: Tensor4D = reshape(transpose(dy, [1, 2, 0, 3]), [outHeight, outWidth, channels, 1]);
  const taps = depthwiseConv2d(images, filter, [info.dilationHeight, info.dilationWidth], 'valid', 'NHWC', [
    info.strideHeight,
    info.strideWidth,
  ]); // [1, kh, kw, N C M]
  return sum(reshape(taps, [filterHeight, filterWidth, batchSize, inChannels, multiplier]), 2);
}

/**
 * dx is dy, spread to s pixels between rows and columns, convolved with the filter rotated by 180 degrees,
 * and summed over the multiplier.
 */
function inputGradient(dy: Tensor4D, filter: Tensor4D, info: backend_util.Conv2DInfo): Tensor {
  const { batchSize, inChannels, outChannels, inHeight, inWidth, filterHeight, filterWidth } = info;
  const spread = spreadOut(dy, info.strideHeight, info.strideWidth);
  const { top, left } = info.padInfo;
  const bordered = pad(spread, [
    [0, 0],
    [info.effectiveFilterHeight - 1 - top, inHeight - (spread.shape[1] ?? 0) + top],
    [info.effectiveFilterWidth - 1 - left, inWidth - (spread.shape[2] ?? 0) + left],
    [0, 0],
  ]) as Tensor4D;
  const rotated: Tensor4D = reshape(reverse(filter, [0, 1]), [filterHeight, filterWidth, outChannels, 1]);
  const each = depthwiseConv2d(bordered, rotated, 1, 'valid', 'NHWC', [
    info.dilationHeight,
    info.dilationWidth,
  ]);
  return sum(reshape(each, [batchSize, inHeight, inWidth, inChannels, outChannels / inChannels]), 4);
}

/** Inserts zeros between the rows and between the columns: [N, (OH - 1) s + 1, (OW - 1) s + 1, C]. */
function spreadOut(dy: Tensor4D, rowsApart: number, columnsApart: number): Tensor4D {
  const [n, height, width, channels] = dy.shape;
  const between = (t: Tensor, axis: number, apart: number): Tensor => {
    const paddings = t.shape.map((_, d): [number, number] => [0, d === axis ? apart - 1 : 0]);
    return apart === 1 ? t : pad(t, paddings);
  };
  const rows = reshape(between(reshape(dy, [n * height, 1, width * channels]), 1, rowsApart), [
    n * height * rowsApart * width,
    1,
    channels,
  ]);
  const both: Tensor4D = reshape(between(rows, 1, columnsApart), [
    n,
    height * rowsApart,
    width * columnsApart,
    channels,
  ]);
  return slice(both, [0, 0, 0, 0], [-1, (height - 1) * rowsApart + 1, (width - 1) * columnsApart + 1, -1]);
}
