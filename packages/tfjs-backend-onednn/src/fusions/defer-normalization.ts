import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { normalizationKey, type ResponseNormalization } from '../plans/response-normalization.js';
import type { WriteItems } from '../values/deferred.js';
import type { Block } from '../values/memory-pool.js';
import { inParts } from '../values/parts.js';
import { NormalizationParts, type Reader } from './normalization-parts.js';

/** LRN of x, to be made together with the pooling that reads it; under a tape with the gradient's workspace. */
export function deferNormalization(
  backend: OneDnnBackend,
  x: TensorInfo,
  norm: ResponseNormalization,
): TensorInfo {
  const training = backend.taped;
  const parts = new NormalizationParts(backend, x.shape, norm, training);
  const from = parts.reader(x);
  const workspace = parts.workspaceBytes > 0 ? backend.pool.allocate(parts.workspaceBytes) : undefined;
  try {
    let written = (): void => {};
    const write: WriteItems = (first, count, to) => {
      parts.forward(from, workspace, first, count, to);
      if (first + count === parts.items) written();
    };
    const key = normalizationKey(x.shape, norm, training);
    const y = backend.defer(x.shape, parts.work(key, write), workspace ? [x, workspace] : [x]);
    if (workspace) written = backend.keepWorkspace(y, key, workspace, backend.deferred(y) === undefined);
    return y;
  } catch (error) {
    if (workspace) backend.pool.release(workspace);
    throw error;
  }
}

/** LRN's gradient, to be made together with a pooling's gradient before it and a relu's after it. */
export function deferNormalizationGradient(
  backend: OneDnnBackend,
  { x, y, dy }: { x: TensorInfo; y: TensorInfo; dy: TensorInfo },
  norm: ResponseNormalization,
): TensorInfo {
  const parts = new NormalizationParts(backend, x.shape, norm, true);
  const upstream = backend.deferred(dy);
  const chained = upstream && util.arraysEqual(upstream.shape, x.shape) ? upstream : undefined;
  const from = parts.reader(x);
  const dyFrom = chained ? parts.makerOf(chained) : parts.reader(dy);
  const workspace = keptOrMade(backend, { x, y, from }, norm, parts);
  const write: WriteItems = (first, count, dx) =>
    from(first, count, (x_) =>
      dyFrom(first, count, (dy_) => parts.backward(x_, dy_, workspace, first, count, dx)),
    );
  const key = `gradient of ${normalizationKey(x.shape, norm, true)}`;
  try {
    return backend.defer(x.shape, parts.work(key, write), workspace ? [x, dy, workspace] : [x, dy]);
  } finally {
    if (workspace) backend.pool.release(workspace);
  }
}

/** The workspace that LRN left with y, held once more, or one made again. */
function keptOrMade(
  backend: OneDnnBackend,
  { x, y, from }: { x: TensorInfo; y: TensorInfo; from: Reader },
  norm: ResponseNormalization,
  parts: NormalizationParts,
): Block | undefined {
  if (parts.workspaceBytes === 0) return undefined;
  const kept = backend.workspace(y, normalizationKey(x.shape, norm, true));
  if (kept) {
    backend.pool.retain(kept);
    return kept;
  }
  const made = backend.pool.allocate(parts.workspaceBytes);
  const itemBytes = (util.sizeFromShape(x.shape) / parts.items) * 4;
  backend.pool.borrow(parts.together * itemBytes, (again) =>
    inParts(parts.items, parts.together, (first, count) => parts.forward(from, made, first, count, again)),
  );
  return made;
}
