import { type PoolingAttributes, poolingGeometry } from '@alexnet/native-backend';
import { AvgPool } from '@tensorflow/tfjs-core';
import { poolingPlan } from '../plans/pooling.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The mean over the part of each window that is inside the image. */
export const avgPool: NativeKernel = nativeKernel<Inputs<'x'>, PoolingAttributes>(
  AvgPool,
  ({ x }, attributes, backend) => {
    const g = allFloat32(x) ? poolingGeometry(x.shape, attributes) : undefined;
    if (!g) return undefined;
    const { forward } = poolingPlan(backend, 'average', g, false);
    return backend.compute(g.outShape, (y) => forward.run(backend.address(x), y));
  },
);
