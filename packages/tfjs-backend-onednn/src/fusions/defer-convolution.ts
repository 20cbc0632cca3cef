import { geometryKey, type WindowGeometry } from '@alexnet/native-backend';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { ElementwiseFunction } from '../native/operations.js';
import {
  convolve,
  convolveBackInput,
  type FilterOf,
  filterOf,
  type ImageLayouts,
} from '../plans/convolution.js';
import { inPlanes, readsImages } from '../plans/image-planes.js';
import { offset } from '../plans/strided-copy.js';
import type { WriteChunk } from '../values/chunks.js';
import type { Work } from '../values/deferred.js';
import type { Block } from '../values/memory-pool.js';
import { workInBlocks } from './work-in-blocks.js';

/** x * filter, deferred so that a bias and a relu that come next are computed in the same pass. */
export function deferConvolution(
  backend: OneDnnBackend,
  g: WindowGeometry,
  { x, filter }: { x: TensorInfo; filter: TensorInfo },
): TensorInfo {
  const at = { x: backend.block(x), filter: filterOf(backend, filter), bias: undefined };
  const withBias = (bias: TensorInfo, blocks: readonly Block[]): TensorInfo | undefined => {
    if (util.sizeFromShape(bias.shape) !== g.outChannels) return undefined;
    return backend.defer(g.outShape, convolutionWork(backend, g, { ...at, bias: backend.address(bias) }), [
      ...blocks,
      bias,
    ]);
  };
  return backend.defer(g.outShape, { ...convolutionWork(backend, g, at), withBias }, [x, filter]);
}

/** The work of a convolution, some images at a time. */
export function convolutionWork(
  backend: OneDnnBackend,
  g: WindowGeometry,
  at: { x: Block; filter: FilterOf; bias: Address | undefined },
  postOps: readonly ElementwiseFunction[] = [],
): Work {
  const xItem = g.inHeight * g.inWidth * g.inChannels;
  const from =
    (x: () => Address, layouts: ImageLayouts): WriteChunk =>
    (first, batch, y) =>
      convolve(backend, { ...g, batch }, { ...at, x: offset(x(), first * xItem), y }, postOps, layouts);
  const fromPlanes = from(() => inPlanes(backend, g, at.x), 'planes to blocks');
  return {
    key: `${at.bias === undefined ? 'convolution' : 'convolution + bias'} ${geometryKey(g)}`,
    chunkSize: g.batch,
    writeChunk: from(() => at.x.address, 'NHWC'),
    inBlocks: readsImages(backend, g) ? workInBlocks(backend, g.outShape, fromPlanes) : undefined,
  };
}

/**
 * The input's gradient of a convolution, deferred so that the gradient of a relu is computed in the same
 * pass.
 */
export function deferInputGradient(
  backend: OneDnnBackend,
  g: WindowGeometry,
  inputShape: number[],
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
): TensorInfo {
  const [dyAt, filterAt] = [backend.address(dy), filterOf(backend, filter)];
  const dyItem = g.outHeight * g.outWidth * g.outChannels;
  const work = {
    key: `convolution input gradient ${geometryKey(g)}`,
    chunkSize: g.batch,
    writeChunk: (first: number, batch: number, dx: Address) =>
      convolveBackInput(backend, { ...g, batch }, { dy: offset(dyAt, first * dyItem), filter: filterAt, dx }),
  };
  return backend.defer(inputShape, work, [dy, filter]);
}
