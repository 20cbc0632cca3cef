import type { WindowGeometry } from '@alexnet/native-backend';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { poolingPlan } from '../plans/pooling.js';
import { itemsInThreadCaches } from '../values/chunks.js';
import type { Block } from '../values/memory-pool.js';

/**
 * The gradient of max pooling, deferred so that the gradient of the LRN or relu below it is computed in the
 * same pass.
 */
export function deferMaxPoolGradient(
  backend: OneDnnBackend,
  g: WindowGeometry,
  { dy, input, output }: { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
): TensorInfo {
  const { key, workspaceBytes } = poolingPlan(backend, 'max', g, true);
  const inItem = g.inHeight * g.inWidth * g.inChannels * 4;
  const outItem = g.outHeight * g.outWidth * g.inChannels * 4;
  const dyAt = backend.address(dy);
  const workspace = keptOrRecomputed(backend, g, input, backend.workspace(output, key));
  const workspaceAt = (first: number): Address =>
    workspace.address + BigInt((first * workspaceBytes) / g.batch);
  const work = {
    key: `gradient of ${key}`,
    chunkSize: itemsInThreadCaches(g.batch, inItem, backend.info.threads),
    writeChunk: (first: number, batch: number, dx: Address) =>
      poolingPlan(backend, 'max', { ...g, batch }, true).backward?.run(
        dyAt + BigInt(first * outItem),
        dx,
        workspaceAt(first),
      ),
  };
  try {
    return backend.defer(input.shape, work, [dy, workspace]);
  } finally {
    backend.pool.release(workspace);
  }
}

/**
 * The workspace that the pooling left with its output, or one that is computed again; the caller must release
 * it.
 */
function keptOrRecomputed(
  backend: OneDnnBackend,
  g: WindowGeometry,
  input: TensorInfo,
  kept: Block | undefined,
): Block {
  if (kept) {
    backend.pool.retain(kept);
    return kept;
  }
  const { forward, workspaceBytes } = poolingPlan(backend, 'max', g, true);
  const recomputed = backend.pool.allocate(workspaceBytes);
  backend.pool.borrow(util.sizeFromShape(g.outShape) * 4, (y) =>
    forward.run(backend.address(input), y, recomputed.address),
  );
  return recomputed;
}
