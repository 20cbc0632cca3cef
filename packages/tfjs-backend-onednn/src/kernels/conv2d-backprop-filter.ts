import {
  type ConvolutionAttributes,
  convolutionGeometry,
  type WindowGeometry,
} from '@alexnet/native-backend';
import { Conv2DBackpropFilter, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { convolveBackFilter } from '../plans/convolution.js';
import { inPlanes, readsImages } from '../plans/image-planes.js';
import { poolingPlan } from '../plans/pooling.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient of Conv2D for its filter. */
export const conv2DBackpropFilter: NativeKernel = nativeKernel<
  Inputs<'x' | 'dy'>,
  ConvolutionAttributes & { filterShape: number[] }
>(Conv2DBackpropFilter, ({ x, dy }, attributes, backend) => {
  if (!allFloat32(x, dy)) return undefined;
  const { filterShape } = attributes;
  const g = convolutionGeometry(x.shape, filterShape, { ...attributes, dilations: 1 });
  if (!g || !hasShape(dy, g.outShape)) return undefined;
  const skips = skipsPixels(g);
  if (skips && isPadded(g)) return undefined;
  return backend.compute(filterShape, (dfilter) => {
    if (!skips && backFromBlocks(backend, g, { x, dy }, dfilter)) return;
    const at = { dy: backend.address(dy), dfilter };
    if (!skips) return convolveBackFilter(backend, g, { ...at, x: backend.address(x) });
    withPixelsUsed(backend, g, x, (used, read) => convolveBackFilter(backend, used, { ...at, x: read }));
  });
});

/**
 * Computes the filter's gradient from images in planes and a dy in channel blocks, and the bias's gradient
 * along with it if that was asked for.
 *
 * @returns false if dy cannot be materialized in channel blocks.
 */
function backFromBlocks(
  backend: OneDnnBackend,
  g: WindowGeometry,
  { x, dy }: Inputs<'x' | 'dy'>,
  dfilter: Address,
): boolean {
  const deferred = readsImages(backend, g) ? backend.deferredInShape(dy) : undefined;
  const dyAt = deferred?.materializeInBlocks();
  if (!deferred || dyAt === undefined) return false;
  const at = { x: inPlanes(backend, g, backend.block(x)), dy: dyAt, dfilter };
  const { channelSums } = deferred;
  if (!channelSums) {
    convolveBackFilter(backend, g, at, 'planes to blocks');
    return true;
  }
  const sums = backend.pool.allocate(g.outChannels * 4);
  try {
    convolveBackFilter(backend, g, { ...at, dbias: sums.address }, 'planes to blocks');
    backend.pool.retain(sums);
    channelSums.fulfil(sums);
    return true;
  } finally {
    backend.pool.release(sums);
  }
}

/**
 * True for 1x1 windows with a stride, whose gradient in oneDNN 2.6 writes beyond its own memory (with
 * AVX-512, if pixels are left over).
 */
function skipsPixels({ kernel, strides }: WindowGeometry): boolean {
  return kernel.every((size) => size === 1) && strides.some((stride) => stride > 1);
}

function isPadded({ padBefore, padAfter }: WindowGeometry): boolean {
  return [...padBefore, ...padAfter].some((pad) => pad > 0);
}

/**
 * Calls `run` for the same convolution with stride 1 on a copy of the pixels that it reads, made by a 1x1
 * pooling.
 */
function withPixelsUsed(
  backend: OneDnnBackend,
  g: WindowGeometry,
  x: TensorInfo,
  run: (g: WindowGeometry, x: Address) => void,
): void {
  const used = { ...g, inHeight: g.outHeight, inWidth: g.outWidth, strides: [1, 1] as [number, number] };
  const { forward } = poolingPlan(backend, 'averageOverWholeWindow', g, false);
  backend.pool.borrow(g.batch * g.outHeight * g.outWidth * g.inChannels * 4, (pixels) => {
    forward.run(backend.address(x), pixels);
    run(used, pixels);
  });
}
