import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import { DepthwiseConv2dNativeBackpropFilter } from '@tensorflow/tfjs-core';
import { convolveBackFilter } from '../plans/convolution.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient of DepthwiseConv2dNative for its filter. */
export const depthwiseConv2DBackpropFilter: NativeKernel = nativeKernel<
  Inputs<'x' | 'dy'>,
  ConvolutionAttributes & { filterShape: number[] }
>(DepthwiseConv2dNativeBackpropFilter, ({ x, dy }, attributes, backend) => {
  const { filterShape } = attributes;
  const g = allFloat32(x, dy) && convolutionGeometry(x.shape, filterShape, attributes, true);
  if (!g) return undefined;
  return backend.compute(filterShape, (dfilter) =>
    convolveBackFilter(backend, g, { x: backend.address(x), dy: backend.address(dy), dfilter }),
  );
});
