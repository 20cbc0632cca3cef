import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import { FusedDepthwiseConv2D, type FusedDepthwiseConv2DInputs } from '@tensorflow/tfjs-core';
import { type ActivationAttributes, activationPostOps, finishActivation } from '../plans/activation.js';
import { convolve, filterOf } from '../plans/convolution.js';
import { allFloat32, isBiasOf, type NativeKernel, nativeKernel } from './native-kernel.js';
import { thenPrelu } from './then-prelu.js';

/** DepthwiseConv2dNative with bias and activation in one pass. */
export const fusedDepthwiseConv2D: NativeKernel = thenPrelu(
  nativeKernel<FusedDepthwiseConv2DInputs, ConvolutionAttributes & ActivationAttributes>(
    FusedDepthwiseConv2D,
    ({ x, filter, bias, preluActivationWeights }, attributes, backend) => {
      const postOps = activationPostOps(attributes);
      if (!postOps || preluActivationWeights || !allFloat32(x, filter, bias)) return undefined;
      const g = convolutionGeometry(x.shape, filter.shape, attributes, true);
      if (!g || (bias && !isBiasOf(bias, g.outChannels))) return undefined;
      return backend.compute(g.outShape, (y, values) => {
        const at = {
          x: backend.address(x),
          filter: filterOf(backend, filter),
          bias: bias && backend.address(bias),
          y,
        };
        convolve(backend, g, at, postOps);
        finishActivation(backend, attributes, { address: y, values });
      });
    },
  ),
);
