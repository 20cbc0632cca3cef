import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { applyRelu, applyReluGradient } from '../plans/relu.js';
import { offset } from '../plans/strided-copy.js';
import { itemsInLastLevelCache, type WriteChunk } from '../values/chunks.js';
import type { Deferred, Work } from '../values/deferred.js';
import { type Change, materializeChanged, thenChange } from './change-in-place.js';
import { throughBlocks, workInBlocks } from './work-in-blocks.js';

/**
 * Relu of a deferred x, computed in the same pass. If the reader of the result may prefer channel blocks, the
 * result is deferred as well; otherwise it is computed now.
 */
export function reluOfDeferred(backend: OneDnnBackend, shape: number[], x: Deferred): TensorInfo {
  if (!x.work.inBlocks || !util.arraysEqual(shape, x.shape)) {
    return materializeChanged(backend, shape, x, relu(backend));
  }
  x.isFused = true;
  return backend.defer(shape, withRelu(backend, shape, x.work), x.blocks);
}

/** Work on images, followed by relu of what it computed. */
export function withRelu(backend: OneDnnBackend, shape: number[], work: Work): Work {
  const itemBytes = util.sizeFromShape(shape.slice(1)) * 4;
  const thenRelu = (writeChunk: WriteChunk): WriteChunk =>
    thenChange({ itemBytes }, writeChunk, relu(backend));
  return {
    key: `${work.key} + relu`,
    chunkSize: Math.min(work.chunkSize, itemsInLastLevelCache(shape[0] ?? 1, itemBytes)),
    writeChunk: thenRelu(work.writeChunk),
    inBlocks: work.inBlocks && workInBlocks(backend, shape, thenRelu(work.inBlocks.writeChunk)),
  };
}

function relu(backend: OneDnnBackend): Change {
  return (values, at) => applyRelu(backend, values, at, at);
}

/**
 * Relu's gradient of a deferred dy, computed in the same pass. If y is in channel blocks, the result is
 * deferred as well; otherwise it is computed now.
 */
export function reluGradientOfDeferred(backend: OneDnnBackend, y: TensorInfo, dy: Deferred): TensorInfo {
  const change =
    (yAt: Address): Change =>
    (values, at, start) =>
      applyReluGradient(backend, values, { y: offset(yAt, start), dy: at, dx: at });
  const { work } = dy;
  const yInBlocks =
    work.inBlocks && util.arraysEqual(y.shape, dy.shape)
      ? backend.deferredInShape(y)?.materializeInBlocks()
      : undefined;
  if (!work.inBlocks || yInBlocks === undefined) {
    return materializeChanged(backend, y.shape, dy, change(backend.address(y)));
  }
  dy.isFused = true;
  const writeChunk = thenChange(dy, work.inBlocks.writeChunk, change(yInBlocks));
  const inBlocks = workInBlocks(backend, y.shape, writeChunk);
  const gradient = {
    key: `${work.key} + relu gradient`,
    chunkSize: dy.cacheChunkSize,
    writeChunk: throughBlocks(backend, y.shape, inBlocks),
    inBlocks,
  };
  return backend.defer(y.shape, gradient, [...dy.blocks, y]);
}
