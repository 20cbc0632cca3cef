import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import { DepthwiseConv2dNativeBackpropInput } from '@tensorflow/tfjs-core';
import { convolveBackInput, filterOf } from '../plans/convolution.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient of DepthwiseConv2dNative for its input. */
export const depthwiseConv2DBackpropInput: NativeKernel = nativeKernel<
  Inputs<'dy' | 'filter'>,
  ConvolutionAttributes & { inputShape: number[] }
>(DepthwiseConv2dNativeBackpropInput, ({ dy, filter }, attributes, backend) => {
  const { inputShape } = attributes;
  const g = allFloat32(dy, filter) && convolutionGeometry(inputShape, filter.shape, attributes, true);
  if (!g) return undefined;
  return backend.compute(inputShape, (dx) =>
    convolveBackInput(backend, g, { dy: backend.address(dy), filter: filterOf(backend, filter), dx }),
  );
});
