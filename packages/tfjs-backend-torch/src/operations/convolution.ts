import type { WindowGeometry } from '@alexnet/native-backend';
import type { Aten } from '../native/aten.js';
import { type Argument, some, type TorchTensor } from '../native/torch-tensor.js';
import { channelsLast, channelsSecond, copyOf, filterFirst, filterLast } from './layouts.js';
import { isSymmetric, paddingOf } from './padding.js';

/**
 * y = x * filter + bias in NHWC and float32; x [N, H, W, C] as `TorchBackend.factor` gives it, filter as
 * `filterForm` does, bias [F].
 */
export function convolve(
  aten: Aten,
  g: WindowGeometry,
  { x, filter, bias = null }: { x: TorchTensor; filter: TorchTensor; bias?: TorchTensor | null },
): TorchTensor {
  const images = paddedImages(aten, g, x);
  const inside = aten.narrows ? null : bias; // a bias would have to be narrow too
  const args = [images, filter, inside && some(inside), ...movement(g)];
  const y = channelsLast(aten, aten.widened(aten.one('convolution', args)));
  return bias && !inside ? aten.add(y, bias) : y;
}

/** The gradient of `convolve` for x, as float32. */
export function convolveBackInput(
  aten: Aten,
  g: WindowGeometry,
  { dy, filter }: { dy: TorchTensor; filter: TorchTensor },
): TorchTensor {
  const { batch, inHeight, inWidth, inChannels } = g;
  const [[top, left], [bottom, right]] = isSymmetric(g) ? noPadding : [g.padBefore, g.padAfter];
  const padded = [batch, inHeight + top + bottom, inWidth + left + right, inChannels];
  const shape = channelsSecond(aten, likeFactor(aten, padded));
  const args = [channelsSecond(aten, dy), shape, filter, null, ...movement(g)];
  const [dx] = aten.call('convolution_backward', [...args, [true, false, false]], 3);
  const rows = aten.one('narrow', [dx as TorchTensor, 2, top, inHeight]);
  return channelsLast(aten, aten.widened(aten.one('narrow', [rows, 3, left, inWidth])));
}

/** The gradient of `convolve` for the filter, as float32. */
export function convolveBackFilter(
  aten: Aten,
  g: WindowGeometry,
  { x, dy }: { x: TorchTensor; dy: TorchTensor },
): TorchTensor {
  const { inChannels: channels, outChannels: filters } = g;
  const filter = likeFactor(aten, [filters, channels / g.groups, ...g.kernel]);
  const args = [channelsSecond(aten, dy), paddedImages(aten, g, x), filter, null, ...movement(g)];
  const [, dw] = aten.call('convolution_backward', [...args, [false, true, false]], 3);
  const gradient = aten.widened(dw as TorchTensor);
  if (g.groups === 1) return filterLast(aten, gradient);
  const grouped = aten.one('reshape', [gradient, [channels, filters / channels, ...g.kernel]]);
  return aten.one('permute', [grouped, [2, 3, 0, 1]]);
}

const noPadding = [
  [0, 0],
  [0, 0],
] as const;

/** Stride, padding, dilation, transposed, output padding and groups. */
function movement(g: WindowGeometry): Argument[] {
  const padding = isSymmetric(g) ? g.padBefore : [0, 0];
  return [g.strides, padding, g.dilations, false, [0, 0], g.groups];
}

/** PyTorch pads both sides alike; an overhang, as conv1's of 3 pixels, is a padded copy. */
function paddedImages(aten: Aten, g: WindowGeometry, x: TorchTensor): TorchTensor {
  const images = channelsSecond(aten, x);
  return isSymmetric(g) ? images : aten.pad(images, paddingOf(g), 0);
}

/**
 * tfjs's filter in the form that PyTorch's convolutions take, with memory of its own: [F, C, kh, kw], and a
 * depthwise one [kh, kw, C, M] as [C * M, 1, kh, kw].
 */
export function filterForm(aten: Aten, g: WindowGeometry, filter: TorchTensor): TorchTensor {
  const narrow = aten.narrowed(filter);
  if (g.groups === 1) return copyOf(aten, filterFirst(aten, narrow));
  const channelsFirst = aten.one('permute', [narrow, [2, 3, 0, 1]]);
  return copyOf(aten, aten.one('reshape', [channelsFirst, [g.outChannels, 1, ...g.kernel]]));
}

/** A tensor of which only the shape and the type are read. */
function likeFactor(aten: Aten, shape: readonly number[]): TorchTensor {
  return aten.narrowed(aten.empty(shape, 'float32'));
}
