import { MaxPool } from '@tensorflow/tfjs-core';
import { poolingPlan } from '../plans/pooling.js';
import { type PoolingAttributes, poolingGeometry } from '../plans/window-geometry.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Max pooling; under a gradient tape it keeps the positions of the maxima with its output. */
export const maxPool: NativeKernel = nativeKernel<Inputs<'x'>, PoolingAttributes>(
  MaxPool,
  ({ x }, attributes, backend) => {
    const g = allFloat32(x) ? poolingGeometry(x.shape, attributes) : undefined;
    if (!g) return undefined;
    const plan = poolingPlan(backend, 'max', g, backend.taped);
    return backend.computeWithWorkspace(g.outShape, plan, (y, workspace) =>
      plan.forward.run(backend.address(x), y, ...workspace),
    );
  },
);
