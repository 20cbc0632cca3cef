import {
  type ConvolutionAttributes,
  convolutionGeometry,
  type WindowGeometry,
} from '@alexnet/native-backend';
import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';
import type { TorchTensor } from '../native/torch-tensor.js';
import { convolve, convolveBackFilter, convolveBackInput, filterForm } from '../operations/convolution.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** x [N, H, W, C] * filter [kh, kw, C, F] in NHWC, with any stride, dilation and padding. */
function forward(kernelName: string, depthwise: boolean): NativeKernel {
  return nativeKernel<Inputs<'x' | 'filter'>, ConvolutionAttributes>(
    kernelName,
    ({ x, filter }, attributes, backend) => {
      if (!allFloat32(x, filter)) return undefined;
      const g = convolutionGeometry(x.shape, filter.shape, attributes, depthwise);
      return (
        g &&
        backend.compute(g.outShape, 'float32', (aten) =>
          convolve(aten, g, { x: backend.factor(x), filter: filterOf(backend, g, filter) }),
        )
      );
    },
  );
}

/** The gradient for the input; also tf.conv2dTranspose. */
function backInput(kernelName: string, depthwise: boolean): NativeKernel {
  return nativeKernel<Inputs<'dy' | 'filter'>, ConvolutionAttributes & { inputShape: number[] }>(
    kernelName,
    ({ dy, filter }, attributes, backend) => {
      if (!allFloat32(dy, filter)) return undefined;
      const g = convolutionGeometry(
        attributes.inputShape,
        filter.shape,
        gradientOf(attributes, depthwise),
        depthwise,
      );
      if (!g || !hasShape(dy, g.outShape)) return undefined;
      return backend.compute(attributes.inputShape, 'float32', (aten) =>
        convolveBackInput(aten, g, { dy: backend.factor(dy), filter: filterOf(backend, g, filter) }),
      );
    },
  );
}

/** The gradient for the filter. */
function backFilter(kernelName: string, depthwise: boolean): NativeKernel {
  return nativeKernel<Inputs<'x' | 'dy'>, ConvolutionAttributes & { filterShape: number[] }>(
    kernelName,
    ({ x, dy }, attributes, backend) => {
      if (!allFloat32(x, dy)) return undefined;
      const { filterShape } = attributes;
      const g = convolutionGeometry(x.shape, filterShape, gradientOf(attributes, depthwise), depthwise);
      if (!g || !hasShape(dy, g.outShape)) return undefined;
      return backend.compute(filterShape, 'float32', (aten) =>
        convolveBackFilter(aten, g, { x: backend.factor(x), dy: backend.factor(dy) }),
      );
    },
  );
}

/** A filter as PyTorch takes it, which is kept until the filter changes: both passes of a step use it. */
export function filterOf(backend: TorchBackend, g: WindowGeometry, filter: TensorInfo): TorchTensor {
  return backend.form(filter, `filter of ${g.groups} groups`, (aten, x) => filterForm(aten, g, x));
}

/** tfjs's gradients of Conv2D have no dilation; it refuses a dilated one before. */
function gradientOf(attributes: ConvolutionAttributes, depthwise: boolean): ConvolutionAttributes {
  return depthwise ? attributes : { ...attributes, dilations: 1 };
}

export const convolutionKernels: readonly NativeKernel[] = [
  forward(Conv2D, false),
  backInput(Conv2DBackpropInput, false),
  backFilter(Conv2DBackpropFilter, false),
  forward(DepthwiseConv2dNative, true),
  backInput(DepthwiseConv2dNativeBackpropInput, true),
  backFilter(DepthwiseConv2dNativeBackpropFilter, true),
];
