import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { convolve, convolveBackInput } from '../plans/convolution.js';
import { offset } from '../plans/strided-copy.js';
import { geometryKey, type WindowGeometry } from '../plans/window-geometry.js';

/** x * filter, to be made with a bias and a relu if that is what comes next. */
export function deferConvolution(
  backend: OneDnnBackend,
  g: WindowGeometry,
  { x, filter, bias }: { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo | undefined },
): TensorInfo {
  const [xAt, filterAt] = [backend.address(x), backend.address(filter)];
  const biasAt = bias && backend.address(bias);
  const xItem = g.inHeight * g.inWidth * g.inChannels;
  const work = {
    key: `${bias ? 'convolution + bias' : 'convolution'} ${geometryKey(g)}`,
    together: g.batch,
    write: (first: number, batch: number, y: bigint) =>
      convolve(
        backend,
        { ...g, batch },
        { x: offset(xAt, first * xItem), filter: filterAt, bias: biasAt, y },
        [],
      ),
    withBias: bias
      ? undefined
      : (added: TensorInfo) =>
          util.sizeFromShape(added.shape) === g.outChannels
            ? deferConvolution(backend, g, { x, filter, bias: added })
            : undefined,
  };
  return backend.defer(g.outShape, work, bias ? [x, filter, bias] : [x, filter]);
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
