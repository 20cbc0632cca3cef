import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { poolingPlan } from '../plans/pooling.js';
import type { WindowGeometry } from '../shapes/window-geometry.js';
import type { Block } from '../values/memory-pool.js';
import { cachedItems } from '../values/parts.js';

/** The gradient of max pooling, to be made together with that of the LRN or relu below it. */
export function deferMaxPoolGradient(
  backend: OneDnnBackend,
  g: WindowGeometry,
  { dy, input, output }: { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
): TensorInfo {
  const { key, workspaceBytes } = poolingPlan(backend, 'max', g, true);
  const inItem = g.inHeight * g.inWidth * g.inChannels * 4;
  const outItem = g.outHeight * g.outWidth * g.inChannels * 4;
  const dyAt = backend.address(dy);
  const workspace = keptOrMade(backend, g, input, backend.workspace(output, key));
  const workspaceAt = (first: number): Address =>
    workspace.address + BigInt((first * workspaceBytes) / g.batch);
  const work = {
    key: `gradient of ${key}`,
    together: cachedItems(g.batch, inItem, backend.info.threads),
    write: (first: number, batch: number, dx: Address) =>
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

/** The workspace that the pooling left with its output, held once more, or one made again. */
function keptOrMade(
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
  const made = backend.pool.allocate(workspaceBytes);
  backend.pool.borrow(util.sizeFromShape(g.outShape) * 4, (y) =>
    forward.run(backend.address(input), y, made.address),
  );
  return made;
}
