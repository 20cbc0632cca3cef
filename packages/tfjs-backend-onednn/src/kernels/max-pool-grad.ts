import { MaxPoolGrad, util } from '@tensorflow/tfjs-core';
import { poolingPlan } from '../plans/pooling.js';
import { type PoolingAttributes, poolingGeometry } from '../plans/window-geometry.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient goes to the first maximum of each window, row by row, as in tfjs's cpu kernel. */
export const maxPoolGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'input' | 'output'>, PoolingAttributes>(
  MaxPoolGrad,
  ({ dy, input, output }, attributes, backend) => {
    const g = allFloat32(dy, input) ? poolingGeometry(input.shape, attributes) : undefined;
    if (!g || !hasShape(dy, g.outShape)) return undefined;
    const plan = poolingPlan(backend, 'max', g, true);
    return backend.compute(input.shape, (dx) => {
      const back = (workspace: bigint): void => plan.backward?.run(backend.address(dy), dx, workspace);
      const kept = backend.workspace(output, plan.key);
      if (kept !== undefined) return back(kept);
      backend.pool.borrow(plan.workspaceBytes, (workspace) => {
        backend.pool.borrow(util.sizeFromShape(g.outShape) * 4, (y) =>
          plan.forward.run(backend.address(input), y, workspace),
        );
        back(workspace);
      });
    });
  },
);
