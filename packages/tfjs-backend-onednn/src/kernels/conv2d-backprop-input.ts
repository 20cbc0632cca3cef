import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import { Conv2DBackpropInput } from '@tensorflow/tfjs-core';
import { deferInputGradient } from '../fusions/defer-convolution.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient of Conv2D for its input; also tf.conv2dTranspose. */
export const conv2DBackpropInput: NativeKernel = nativeKernel<
  Inputs<'dy' | 'filter'>,
  ConvolutionAttributes & { inputShape: number[] }
>(Conv2DBackpropInput, ({ dy, filter }, attributes, backend) => {
  if (!allFloat32(dy, filter)) return undefined;
  const { inputShape } = attributes;
  const g = convolutionGeometry(inputShape, filter.shape, { ...attributes, dilations: 1 });
  return g && hasShape(dy, g.outShape)
    ? deferInputGradient(backend, g, inputShape, { dy, filter })
    : undefined;
});
