import { type PoolingAttributes, poolingGeometry, type WindowGeometry } from '@alexnet/native-backend';
import { MaxPool, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { poolingPlan } from '../plans/pooling.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Max pooling; under a gradient tape it keeps the positions of the maxima with its output. */
export const maxPool: NativeKernel = nativeKernel<Inputs<'x'>, PoolingAttributes>(
  MaxPool,
  ({ x }, attributes, backend) => {
    const g = allFloat32(x) ? poolingGeometry(x.shape, attributes) : undefined;
    if (!g) return undefined;
    const plan = poolingPlan(backend, 'max', g, backend.taped);
    return backend.computeWithWorkspace(g.outShape, plan, (y, [workspace]) => {
      if (poolDeferred(backend, g, x, { y, workspace, workspaceBytes: plan.workspaceBytes })) return;
      plan.forward.run(backend.address(x), y, ...(workspace === undefined ? [] : [workspace]));
    });
  },
);

/**
 * Pools deferred values chunk by chunk.
 *
 * @returns false if x has its values already, or if all of them would be one chunk.
 */
function poolDeferred(
  backend: OneDnnBackend,
  g: WindowGeometry,
  x: TensorInfo,
  to: { y: bigint; workspace: bigint | undefined; workspaceBytes: number },
): boolean {
  const deferred = backend.deferredInShape(x);
  if (!deferred || deferred.work.chunkSize === g.batch) return false;
  const outItem = (util.sizeFromShape(g.outShape) / g.batch) * 4;
  deferred.forEachChunk((first, batch) =>
    deferred.withChunk(first, batch, (from) => {
      const { forward } = poolingPlan(backend, 'max', { ...g, batch }, backend.taped);
      const y = to.y + BigInt(first * outItem);
      if (to.workspace === undefined) forward.run(from, y);
      else forward.run(from, y, to.workspace + BigInt((first * to.workspaceBytes) / g.batch));
    }),
  );
  return true;
}
