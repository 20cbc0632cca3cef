import {
  backend_util,
  conv2d,
  type KernelConfig,
  pad,
  reverse,
  type Tensor4D,
  type TensorInfo,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';

interface Attributes {
  inputShape: [number, number, number, number];
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of a convolution with respect to its input, computed as a convolution of dy with the filter
 * rotated by 180 degrees. tfjs's own kernel is a plain loop and five times slower; it is still used for
 * strides over 1.
 */
export function conv2DBackpropInput(own: KernelConfig): KernelConfig {
  return {
    ...own,
    kernelFunc: (params) => {
      const { dy, filter } = params.inputs as Record<'dy' | 'filter', TensorInfo>;
      const border = borderOf(
        filter.shape as Attributes['inputShape'],
        params.attrs as unknown as Attributes,
      );
      return border ? inputGradient(dy as Tensor4D, filter as Tensor4D, border) : own.kernelFunc(params);
    },
  };
}

type Border = [[number, number], [number, number]];

/** The zeros to add around dy; undefined if the gradient is not a plain convolution. */
function borderOf(filterShape: Attributes['inputShape'], attributes: Attributes): Border | undefined {
  const { inputShape, strides, pad: padding, dataFormat = 'NHWC', dimRoundingMode } = attributes;
  if (dataFormat !== 'NHWC') return undefined;
  const info = backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, padding, dimRoundingMode);
  if (info.strideHeight !== 1 || info.strideWidth !== 1) return undefined;
  const { top, left } = info.padInfo;
  const rows = info.filterHeight - 1;
  const columns = info.filterWidth - 1;
  const border: Border = [
    [rows - top, info.inHeight - info.outHeight + top],
    [columns - left, info.inWidth - info.outWidth + left],
  ];
  return Math.min(...border.flat()) < 0 ? undefined : border;
}

/** dx [N, H, W, C] from dy [N, OH, OW, F] and the filter [kh, kw, C, F]. */
function inputGradient(dy: Tensor4D, filter: Tensor4D, border: Border): Tensor4D {
  return tidy(() => {
    const rotated = transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D; // [kh, kw, F, C]
    return conv2d(pad(dy, [[0, 0], ...border, [0, 0]]) as Tensor4D, rotated, 1, 'valid');
  });
}
