import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { applyRelu, applyReluGradient } from '../plans/relu.js';
import { offset } from '../plans/strided-copy.js';
import type { Deferred, Work, WriteItems } from '../values/deferred.js';
import { convolvedItems } from '../values/parts.js';
import { afterDeferred, type Change, changed } from './after-deferred.js';
import { inBlocks, throughBlocks } from './in-blocks.js';

/** Relu of x that is still to be made: with it, at once or, if its reader may want channel blocks, when it is read. */
export function reluOfDeferred(backend: OneDnnBackend, shape: number[], x: Deferred): TensorInfo {
  if (!x.work.inBlocks || !util.arraysEqual(shape, x.shape)) {
    return afterDeferred(backend, shape, x, relu(backend));
  }
  x.isFused = true;
  return backend.defer(shape, withRelu(backend, shape, x.work), x.blocks);
}

/** Work on images, and relu of what it made. */
export function withRelu(backend: OneDnnBackend, shape: number[], work: Work): Work {
  const itemBytes = util.sizeFromShape(shape.slice(1)) * 4;
  const rectified = (write: WriteItems): WriteItems => changed({ itemBytes }, write, relu(backend));
  return {
    key: `${work.key} + relu`,
    together: Math.min(work.together, convolvedItems(shape[0] ?? 1, itemBytes)),
    write: rectified(work.write),
    inBlocks: work.inBlocks && inBlocks(backend, shape, rectified(work.inBlocks.write)),
  };
}

function relu(backend: OneDnnBackend): Change {
  return (values, at) => applyRelu(backend, values, at, at);
}

/** Relu's gradient of a dy that is still to be made: with it; when it is read, if y lies in channel blocks. */
export function reluGradientOfDeferred(backend: OneDnnBackend, y: TensorInfo, dy: Deferred): TensorInfo {
  const change =
    (yAt: Address): Change =>
    (values, at, start) =>
      applyReluGradient(backend, values, { y: offset(yAt, start), dy: at, dx: at });
  const { work } = dy;
  const yInBlocks =
    work.inBlocks && util.arraysEqual(y.shape, dy.shape) ? backend.deferred(y)?.inBlocks() : undefined;
  if (!work.inBlocks || yInBlocks === undefined) {
    return afterDeferred(backend, y.shape, dy, change(backend.address(y)));
  }
  dy.isFused = true;
  const blocks = inBlocks(backend, y.shape, changed(dy, work.inBlocks.write, change(yInBlocks)));
  const gradient = {
    key: `${work.key} + relu gradient`,
    together: dy.cached,
    write: throughBlocks(backend, y.shape, blocks),
    inBlocks: blocks,
  };
  return backend.defer(y.shape, gradient, [...dy.blocks, y]);
}
