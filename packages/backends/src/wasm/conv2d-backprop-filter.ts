import {
  backend_util,
  Conv2DBackpropFilter,
  concat,
  type KernelConfig,
  matMul,
  pad,
  reshape,
  stridedSlice,
  type Tensor2D,
  type Tensor4D,
  type TensorInfo,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';

interface Attributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution for its filter, of kernels that wasm has. For every tap (i, j) of the filter
 *
 *   dfilter[i, j] = X(i, j)^T dy,
 *
 * where X(i, j) [N * OH * OW, C] are the pixels of the padded x which that tap meets, and dy is [N * OH * OW, F].
 */
export const conv2DBackpropFilter: KernelConfig = {
  kernelName: Conv2DBackpropFilter,
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, dy } = inputs as Record<'x' | 'dy', TensorInfo>;
    return filterGradient(x as Tensor4D, dy as Tensor4D, attrs as unknown as Attributes);
  },
};

/** dfilter [kh, kw, C, F] of x [N, H, W, C] and dy [N, OH, OW, F]; channels may come first in both. */
function filterGradient(x: Tensor4D, dy: Tensor4D, attributes: Attributes): Tensor4D {
  const channelsLast = (attributes.dataFormat ?? 'NHWC') === 'NHWC';
  const { filterShape } = attributes;
  return tidy(() => {
    const toNhwc = (t: Tensor4D): Tensor4D => (channelsLast ? t : transpose(t, [0, 2, 3, 1]));
    const info = convolutionInfo(toNhwc(x).shape, attributes);
    const padded = padFor(toNhwc(x), info);
    const rows = info.batchSize * info.outHeight * info.outWidth;
    const gradient: Tensor2D = reshape(toNhwc(dy), [rows, info.outChannels]);
    const taps: Tensor2D[] = [];
    for (let i = 0; i < info.filterHeight; i++) {
      for (let j = 0; j < info.filterWidth; j++) {
        const pixels = reshape(pixelsOfTap(padded, info, i, j), [rows, info.inChannels]);
        taps.push(matMul(pixels, gradient, true, false));
      }
    }
    return reshape(concat(taps, 0), filterShape);
  });
}

function convolutionInfo(
  shape: [number, number, number, number],
  { filterShape, strides, dilations = 1, pad: padding, dimRoundingMode }: Attributes,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(shape, filterShape, strides, dilations, padding, dimRoundingMode);
}

/** x with zeros around it, as far as the windows reach. */
function padFor(x: Tensor4D, info: backend_util.Conv2DInfo): Tensor4D {
  const { top, left } = info.padInfo;
  const height = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const width = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  const bottom = Math.max(0, height - info.inHeight - top);
  const right = Math.max(0, width - info.inWidth - left);
  if (top + left + bottom + right === 0) return x;
  return pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
}

/** The pixels of the padded x under tap (i, j) of every window: [N, OH, OW, C]. */
function pixelsOfTap(padded: Tensor4D, info: backend_util.Conv2DInfo, i: number, j: number): Tensor4D {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, outHeight, outWidth } = info;
  const top = i * dilationHeight;
  const left = j * dilationWidth;
  return stridedSlice(
    padded,
    [0, top, left, 0],
    [
      info.batchSize,
      top + (outHeight - 1) * strideHeight + 1,
      left + (outWidth - 1) * strideWidth + 1,
      info.inChannels,
    ],
    [1, strideHeight, strideWidth, 1],
  ) as Tensor4D;
}
