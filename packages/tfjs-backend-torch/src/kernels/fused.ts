import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import {
  _FusedMatMul,
  type _FusedMatMulAttrs,
  type _FusedMatMulInputs,
  FusedConv2D,
  type FusedConv2DInputs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { type ActivationAttributes, activationOf } from '../operations/activation.js';
import { convolve } from '../operations/convolution.js';
import { filterOf } from './convolution.js';
import { matrixProduct, productShape } from './mat-mul.js';
import { allFloat32, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Conv2D with bias and activation. */
const fusedConv2D: NativeKernel = nativeKernel<
  FusedConv2DInputs,
  ConvolutionAttributes & ActivationAttributes
>(FusedConv2D, ({ x, filter, bias, preluActivationWeights }, attributes, backend) => {
  const activate = activationOf(attributes);
  if (!activate || preluActivationWeights || !allFloat32(x, filter, bias)) return undefined;
  const g = convolutionGeometry(x.shape, filter.shape, attributes);
  if (!g || (bias && !isBiasOf(bias, g.outChannels))) return undefined;
  return backend.compute(g.outShape, 'float32', (aten) => {
    const flat = bias ? backend.tensor({ ...bias, shape: [g.outChannels] }) : null;
    const inputs = { x: backend.factor(x), filter: filterOf(backend, g, filter), bias: flat };
    return activate(aten, convolve(aten, g, inputs));
  });
});

/** BatchMatMul with bias and activation. */
const fusedMatMul: NativeKernel = nativeKernel<_FusedMatMulInputs, _FusedMatMulAttrs>(
  _FusedMatMul,
  ({ a, b, bias, preluActivationWeights }, attributes, backend) => {
    const activate = activationOf(attributes as ActivationAttributes);
    if (!activate || preluActivationWeights || !allFloat32(a, b, bias)) return undefined;
    const shape = productShape(a, b, attributes);
    if (!shape || (bias && !isBiasOf(bias, shape.at(-1) ?? 0))) return undefined;
    return backend.compute(shape, 'float32', (aten) => {
      const product = matrixProduct(aten, backend.factor(a), backend.factor(b), attributes);
      const sum = bias ? aten.add(product, backend.tensor({ ...bias, shape: [shape.at(-1) ?? 0] })) : product;
      return activate(aten, sum);
    });
  },
);

/** True if a bias has one value for each channel of the last dimension, rather than one for each row. */
function isBiasOf(bias: TensorInfo, channels: number): boolean {
  return bias.shape.at(-1) === channels && util.sizeFromShape(bias.shape) === channels;
}

export const fusedKernels: readonly NativeKernel[] = [fusedConv2D, fusedMatMul];
