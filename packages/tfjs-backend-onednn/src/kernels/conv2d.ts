import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import { Conv2D } from '@tensorflow/tfjs-core';
import { deferConvolution } from '../fusions/defer-convolution.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** x [N, H, W, C] * filter [kh, kw, C, F] in NHWC, with any stride, dilation and padding. */
export const conv2D: NativeKernel = nativeKernel<Inputs<'x' | 'filter'>, ConvolutionAttributes>(
  Conv2D,
  ({ x, filter }, attributes, backend) => {
    if (!allFloat32(x, filter)) return undefined;
    const g = convolutionGeometry(x.shape, filter.shape, attributes);
    return g && deferConvolution(backend, g, { x, filter });
  },
);
