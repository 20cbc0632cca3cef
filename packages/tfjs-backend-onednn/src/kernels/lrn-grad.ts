import { LRNGrad, util } from '@tensorflow/tfjs-core';
import { type ResponseNormalization, responseNormalizationPlan } from '../plans/response-normalization.js';
import { isNativeNormalization } from './lrn.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient of LRN, with the workspace that LRN kept, or one made again. */
export const lrnGrad: NativeKernel = nativeKernel<Inputs<'x' | 'y' | 'dy'>, ResponseNormalization>(
  LRNGrad,
  ({ x, y, dy }, attributes, backend) => {
    if (!allFloat32(x, y, dy) || !isNativeNormalization(x, attributes)) return undefined;
    if (!hasShape(y, x.shape) || !hasShape(dy, x.shape)) return undefined;
    const plan = responseNormalizationPlan(backend, x.shape, attributes, true);
    return backend.compute(x.shape, (dx) => {
      const back = (...workspace: bigint[]): void =>
        plan.backward?.run(backend.address(x), backend.address(dy), dx, ...workspace);
      if (plan.workspaceBytes === 0) return back();
      const kept = backend.workspace(y, plan.key);
      if (kept !== undefined) return back(kept);
      backend.pool.borrow(plan.workspaceBytes, (workspace) => {
        backend.pool.borrow(util.sizeFromShape(x.shape) * 4, (again) =>
          plan.forward.run(backend.address(x), again, workspace),
        );
        back(workspace);
      });
    });
  },
);
