import type { WindowGeometry } from '@alexnet/native-backend';
import type { Aten } from '../native/aten.js';
import { type Argument, some, type TorchTensor } from '../native/torch-tensor.js';
import { channelsLast, channelsSecond } from './layouts.js';
import { isPadded, paddingOf } from './padding.js';

/** The largest value of each window and its position; x [N, H, W, C]. */
export function maxPoolWithPositions(
  aten: Aten,
  g: WindowGeometry,
  x: TorchTensor,
): { y: TorchTensor; positions: TorchTensor } {
  const images = padded(aten, g, x, Number.NEGATIVE_INFINITY);
  const [y, positions] = aten.call('max_pool2d_with_indices', [images, ...movement(g), false], 2);
  return { y: channelsLast(aten, y as TorchTensor), positions: positions as TorchTensor };
}

/** Passes dy to the position of each maximum. */
export function maxPoolBack(
  aten: Aten,
  g: WindowGeometry,
  { dy, x, positions }: { dy: TorchTensor; x: TorchTensor; positions: TorchTensor },
): TorchTensor {
  const images = padded(aten, g, x, Number.NEGATIVE_INFINITY);
  const args = [channelsSecond(aten, dy), images, ...movement(g), false, positions];
  return inside(aten, g, aten.one('max_pool2d_with_indices_backward', args));
}

/** The mean of each window's part inside the image. */
export function averagePool(aten: Aten, g: WindowGeometry, x: TorchTensor): TorchTensor {
  const sums = aten.one('avg_pool2d', [padded(aten, g, x, 0), ...averaging(g)]);
  const means = channelsLast(aten, sums);
  if (!isPadded(g)) return means;
  const { outHeight: height, outWidth: width } = g;
  const factors = aten.upload(fractionsInside(g), [height, width, 1], 'float32');
  return aten.one('mul.Tensor', [means, factors]);
}

/** Spreads dy over each window, divided by the window's whole size, as tfjs's cpu kernel does. */
export function averagePoolBack(
  aten: Aten,
  g: WindowGeometry,
  { dy, x }: { dy: TorchTensor; x: TorchTensor },
): TorchTensor {
  const args = [channelsSecond(aten, dy), padded(aten, g, x, 0), ...averaging(g)];
  return inside(aten, g, aten.one('avg_pool2d_backward', args));
}

/**
 * The sum over the windows of a size x size square around each pixel, with zeros outside the image; an even
 * window reaches one pixel further up and left, or down and right if it is `mirrored`.
 */
export function sumsAround(aten: Aten, x: TorchTensor, size: number, mirrored = false): TorchTensor {
  const [far, near] = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
  const [before, after] = mirrored ? [near, far] : [far, near];
  const images = aten.pad(channelsSecond(aten, x), [before, after, before, after], 0);
  return channelsLast(
    aten,
    aten.one('avg_pool2d', [images, [size, size], [1, 1], [0, 0], false, true, some(1)]),
  );
}

/** Kernel, stride, padding and dilation; the padding is in the images already. */
function movement({ kernel, strides }: WindowGeometry): Argument[] {
  return [kernel, strides, [0, 0], [1, 1]];
}

/** Kernel, stride and padding of a mean, and that sizes are rounded down and padding counts. */
function averaging({ kernel, strides }: WindowGeometry): Argument[] {
  return [kernel, strides, [0, 0], false, true, null];
}

function padded(aten: Aten, g: WindowGeometry, x: TorchTensor, value: number): TorchTensor {
  const images = channelsSecond(aten, x);
  return isPadded(g) ? aten.pad(images, paddingOf(g), value) : images;
}

/** The gradient of the image without its padding. */
function inside(aten: Aten, g: WindowGeometry, dx: TorchTensor): TorchTensor {
  if (!isPadded(g)) return channelsLast(aten, dx);
  const rows = aten.one('narrow', [dx, 2, g.padBefore[0], g.inHeight]);
  return channelsLast(aten, aten.one('narrow', [rows, 3, g.padBefore[1], g.inWidth]));
}

/** The size of a window over the size of its part inside the image, for each position. */
function fractionsInside(g: WindowGeometry): Float32Array {
  const { outHeight: height, outWidth: width } = g;
  const inside = [g.inHeight, g.inWidth] as const;
  const inWindow = (i: 0 | 1, position: number): number => {
    const start = position * g.strides[i] - g.padBefore[i];
    return Math.min(start + g.kernel[i], inside[i]) - Math.max(start, 0);
  };
  const whole = g.kernel[0] * g.kernel[1];
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return whole / (inWindow(0, row) * inWindow(1, column));
  });
}
