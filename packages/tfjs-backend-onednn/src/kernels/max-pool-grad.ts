import { type PoolingAttributes, poolingGeometry } from '@alexnet/native-backend';
import { MaxPoolGrad } from '@tensorflow/tfjs-core';
import { deferMaxPoolGradient } from '../fusions/defer-pooling-gradient.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Passes dy to the first maximum of each window in row order, as tfjs's cpu kernel does. */
export const maxPoolGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'input' | 'output'>, PoolingAttributes>(
  MaxPoolGrad,
  ({ dy, input, output }, attributes, backend) => {
    const g = allFloat32(dy, input) ? poolingGeometry(input.shape, attributes) : undefined;
    return g && hasShape(dy, g.outShape)
      ? deferMaxPoolGradient(backend, g, { dy, input, output })
      : undefined;
  },
);
