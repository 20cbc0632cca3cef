import {
  backend_util,
  Conv2DBackpropFilter,
  conv2d,
  type KernelConfig,
  type Tensor4D,
  type TensorInfo,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { padFor } from './pad-for.js';

interface Attributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution with respect to its filter, computed as a convolution. Images become
 * channels, and channels become images:
 *
 *   dfilter(u, v, c, f) = sum over n, i, j of x(n, i s + u, j s + v, c) dy(n, i, j, f),
 *
 * which is x^T [C, H, W, N] convolved with dy^T [OH, OW, N, F], whose taps lie s pixels apart.
 */
export const conv2DBackpropFilter: KernelConfig = {
  kernelName: Conv2DBackpropFilter,
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, dy } = inputs as Record<'x' | 'dy', TensorInfo>;
    return filterGradient(x as Tensor4D, dy as Tensor4D, attrs as unknown as Attributes);
  },
};

/** dfilter [kh, kw, C, F] from x [N, H, W, C] and dy [N, OH, OW, F]. Channels may come first in both. */
function filterGradient(x: Tensor4D, dy: Tensor4D, attributes: Attributes): Tensor4D {
  const isFirst = attributes.dataFormat === 'NCHW';
  return tidy(() => {
    const nhwc = (t: Tensor4D): Tensor4D => (isFirst ? transpose(t, [0, 2, 3, 1]) : t);
    const info = convolutionInfo(nhwc(x).shape, attributes);
    const images = transpose(padFor(nhwc(x), info), [3, 1, 2, 0]); // [C, H, W, N]
    const filter = transpose(nhwc(dy), [1, 2, 0, 3]); // [OH, OW, N, F]
    const gradient = conv2d(images, filter, [info.dilationHeight, info.dilationWidth], 'valid', 'NHWC', [
      info.strideHeight,
      info.strideWidth,
    ]); // [C, kh, kw, F]
    return transpose(gradient, [1, 2, 0, 3]) as Tensor4D;
  });
}

function convolutionInfo(
  shape: [number, number, number, number],
  { filterShape, strides, dilations = 1, pad: padding, dimRoundingMode }: Attributes,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(shape, filterShape, strides, dilations, padding, dimRoundingMode);
}
