import { type PoolingAttributes, poolingGeometry } from '@alexnet/native-backend';
import { AvgPoolGrad } from '@tensorflow/tfjs-core';
import { poolingPlan } from '../plans/pooling.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/**
 * Spreads dy over each window, divided by the window's whole size. For windows that overlap the padding this
 * is not the derivative of AvgPool, which divides by the size of the part inside the image; but tfjs's cpu
 * kernel does the same, and results must not depend on the backend.
 */
export const avgPoolGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'input'>, PoolingAttributes>(
  AvgPoolGrad,
  ({ dy, input }, attributes, backend) => {
    const g = allFloat32(dy, input) ? poolingGeometry(input.shape, attributes) : undefined;
    if (!g || !hasShape(dy, g.outShape)) return undefined;
    const { backward } = poolingPlan(backend, 'averageOverWholeWindow', g, true);
    return backend.compute(input.shape, (dx) => backward?.run(backend.address(dy), dx));
  },
);
