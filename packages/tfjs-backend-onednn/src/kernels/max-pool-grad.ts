import { MaxPoolGrad } from '@tensorflow/tfjs-core';
import { deferMaxPoolGradient } from '../fusions/defer-pooling-gradient.js';
import { type PoolingAttributes, poolingGeometry } from '../shapes/window-geometry.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient goes to the first maximum of each window, row by row, as in tfjs's cpu kernel. */
export const maxPoolGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'input' | 'output'>, PoolingAttributes>(
  MaxPoolGrad,
  ({ dy, input, output }, attributes, backend) => {
    const g = allFloat32(dy, input) ? poolingGeometry(input.shape, attributes) : undefined;
    return g && hasShape(dy, g.outShape)
      ? deferMaxPoolGradient(backend, g, { dy, input, output })
      : undefined;
  },
);
