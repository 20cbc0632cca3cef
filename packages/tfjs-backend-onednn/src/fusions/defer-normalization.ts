import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { type LrnAttributes, normalizationKey } from '../plans/response-normalization.js';
import { forEachChunk, type WriteChunk } from '../values/chunks.js';
import type { Block } from '../values/memory-pool.js';
import { ChunkedNormalization, type Reader } from './chunked-normalization.js';

/**
 * LRN of x, deferred so that the pooling that reads it runs in the same pass. Under a gradient tape it also
 * writes the workspace of its gradient.
 */
export function deferNormalization(
  backend: OneDnnBackend,
  x: TensorInfo,
  attributes: LrnAttributes,
): TensorInfo {
  const training = backend.taped;
  const lrn = new ChunkedNormalization(backend, x.shape, attributes, training);
  const from = lrn.reader(x);
  const workspace = lrn.workspaceBytes > 0 ? backend.pool.allocate(lrn.workspaceBytes) : undefined;
  try {
    let markWritten = (): void => {};
    const writeChunk: WriteChunk = (first, count, to) => {
      lrn.forward(from, workspace, first, count, to);
      if (first + count === lrn.items) markWritten();
    };
    const key = normalizationKey(x.shape, attributes, training);
    const y = backend.defer(x.shape, lrn.work(key, writeChunk), workspace ? [x, workspace] : [x]);
    if (workspace) markWritten = backend.keepWorkspace(y, key, workspace, backend.deferred(y) === undefined);
    return y;
  } catch (error) {
    if (workspace) backend.pool.release(workspace);
    throw error;
  }
}

/**
 * LRN's gradient, deferred so that the gradients of a pooling above it and of a relu below it run in the same
 * pass.
 */
export function deferNormalizationGradient(
  backend: OneDnnBackend,
  { x, y, dy }: { x: TensorInfo; y: TensorInfo; dy: TensorInfo },
  attributes: LrnAttributes,
): TensorInfo {
  const lrn = new ChunkedNormalization(backend, x.shape, attributes, true);
  const upstream = backend.deferredInShape(dy);
  const from = lrn.reader(x);
  const dyFrom = upstream ? lrn.materializer(upstream) : lrn.reader(dy);
  const workspace = keptOrRecomputed(backend, { x, y, from }, attributes, lrn);
  const writeChunk: WriteChunk = (first, count, dx) =>
    from(first, count, (xAt) =>
      dyFrom(first, count, (dyAt) => lrn.backward(xAt, dyAt, workspace, first, count, dx)),
    );
  const key = `gradient of ${normalizationKey(x.shape, attributes, true)}`;
  try {
    return backend.defer(x.shape, lrn.work(key, writeChunk), workspace ? [x, dy, workspace] : [x, dy]);
  } finally {
    if (workspace) backend.pool.release(workspace);
  }
}

/** The workspace that LRN left with y, or one that is computed again; the caller must release it. */
function keptOrRecomputed(
  backend: OneDnnBackend,
  { x, y, from }: { x: TensorInfo; y: TensorInfo; from: Reader },
  attributes: LrnAttributes,
  lrn: ChunkedNormalization,
): Block | undefined {
  if (lrn.workspaceBytes === 0) return undefined;
  const kept = backend.workspace(y, normalizationKey(x.shape, attributes, true));
  if (kept) {
    backend.pool.retain(kept);
    return kept;
  }
  const recomputed = backend.pool.allocate(lrn.workspaceBytes);
  const itemBytes = (util.sizeFromShape(x.shape) / lrn.items) * 4;
  backend.pool.borrow(lrn.chunkSize * itemBytes, (unused) =>
    forEachChunk(lrn.items, lrn.chunkSize, (first, count) =>
      lrn.forward(from, recomputed, first, count, unused),
    ),
  );
  return recomputed;
}
