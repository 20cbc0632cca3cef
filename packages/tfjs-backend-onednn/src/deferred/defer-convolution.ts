import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Block } from '../memory-pool.js';
import type { ElementwiseFunction } from '../native/operations.js';
import { convolve, convolveBackInput } from '../plans/convolution.js';
import { offset } from '../plans/strided-copy.js';
import { geometryKey, type WindowGeometry } from '../plans/window-geometry.js';
import type { Work } from './deferred.js';

/** x * filter, to be made with a bias and a relu if that is what comes next. */
export function deferConvolution(
  backend: OneDnnBackend,
  g: WindowGeometry,
  { x, filter }: { x: TensorInfo; filter: TensorInfo },
): TensorInfo {
  const at = { x: backend.address(x), filter: backend.address(filter), bias: undefined };
  const withBias = (bias: TensorInfo, blocks: readonly Block[]): TensorInfo | undefined => {
    if (util.sizeFromShape(bias.shape) !== g.outChannels) return undefined;
    return backend.defer(g.outShape, convolutionWork(backend, g, { ...at, bias: backend.address(bias) }), [
      ...blocks,
      bias,
    ]);
  };
  return backend.defer(g.outShape, { ...convolutionWork(backend, g, at), withBias }, [x, filter]);
}

/** A convolution that is made some images at a time. */
export function convolutionWork(
  backend: OneDnnBackend,
  g: WindowGeometry,
  at: { x: Address; filter: Address; bias: Address | undefined },
  postOps: readonly ElementwiseFunction[] = [],
): Work {
  const xItem = g.inHeight * g.inWidth * g.inChannels;
  return {
    key: `${at.bias === undefined ? 'convolution' : 'convolution + bias'} ${geometryKey(g)}`,
    together: g.batch,
    write: (first, batch, y) =>
      convolve(backend, { ...g, batch }, { ...at, x: offset(at.x, first * xItem), y }, postOps),
  };
}

/** The input's gradient of a convolution, to be made with the gradient of a relu if that is what comes next. */
export function deferInputGradient(
  backend: OneDnnBackend,
  g: WindowGeometry,
  inputShape: number[],
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
): TensorInfo {
  const [dyAt, filterAt] = [backend.address(dy), backend.address(filter)];
  const dyItem = g.outHeight * g.outWidth * g.outChannels;
  const work = {
    key: `convolution input gradient ${geometryKey(g)}`,
    together: g.batch,
    write: (first: number, batch: number, dx: bigint) =>
      convolveBackInput(backend, { ...g, batch }, { dy: offset(dyAt, first * dyItem), filter: filterAt, dx }),
  };
  return backend.defer(inputShape, work, [dy, filter]);
}
