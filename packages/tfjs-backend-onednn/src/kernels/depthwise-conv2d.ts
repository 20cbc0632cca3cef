import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import { DepthwiseConv2dNative } from '@tensorflow/tfjs-core';
import { deferConvolution } from '../fusions/defer-convolution.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** x [N, H, W, C] * filter [kh, kw, C, M], with M filters for each channel and C M channels in the result. */
export const depthwiseConv2D: NativeKernel = nativeKernel<Inputs<'x' | 'filter'>, ConvolutionAttributes>(
  DepthwiseConv2dNative,
  ({ x, filter }, attributes, backend) => {
    const g = allFloat32(x, filter) && convolutionGeometry(x.shape, filter.shape, attributes, true);
    return g ? deferConvolution(backend, g, { x, filter }) : undefined;
  },
);
