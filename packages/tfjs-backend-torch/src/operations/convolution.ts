import type { WindowGeometry } from '@alexnet/native-backend';
import type { Aten } from '../native/aten.js';
import { type Argument, some, type TorchTensor } from '../native/torch-tensor.js';
import { channelsLast, channelsSecond, filterFirst, filterLast } from './layouts.js';
import { isSymmetric, paddingOf } from './padding.js';

/** y = x * filter + bias in NHWC; x [N, H, W, C], filter [kh, kw, C, F], bias [F]. */
export function convolve(
  aten: Aten,
  g: WindowGeometry,
  { x, filter, bias = null }: { x: TorchTensor; filter: TorchTensor; bias?: TorchTensor | null },
): TorchTensor {
  const images = paddedImages(aten, g, x);
  const args = [images, weights(aten, g, filter), bias && some(bias), ...movement(g)];
  const y = aten.one('convolution', args);
  return channelsLast(aten, y);
}

/** The gradient of `convolve` for x. */
export function convolveBackInput(
  aten: Aten,
  g: WindowGeometry,
  { dy, filter }: { dy: TorchTensor; filter: TorchTensor },
): TorchTensor {
  const { batch, inHeight, inWidth, inChannels } = g;
  const [[top, left], [bottom, right]] = isSymmetric(g) ? noPadding : [g.padBefore, g.padAfter];
  const padded = [batch, inHeight + top + bottom, inWidth + left + right, inChannels];
  const shape = channelsSecond(aten, aten.empty(padded, 'float32')); // only its shape is read
  const args = [channelsSecond(aten, dy), shape, weights(aten, g, filter), null, ...movement(g)];
  const [dx] = aten.call('convolution_backward', [...args, [true, false, false]], 3);
  const rows = aten.one('narrow', [dx as TorchTensor, 2, top, inHeight]);
  return channelsLast(aten, aten.one('narrow', [rows, 3, left, inWidth]));
}

/** The gradient of `convolve` for the filter. */
export function convolveBackFilter(
  aten: Aten,
  g: WindowGeometry,
  { x, dy }: { x: TorchTensor; dy: TorchTensor },
): TorchTensor {
  const { inChannels: channels, outChannels: filters } = g;
  const filter = aten.empty([filters, channels / g.groups, ...g.kernel], 'float32'); // only its shape is read
  const args = [channelsSecond(aten, dy), paddedImages(aten, g, x), filter, null, ...movement(g)];
  const [, dw] = aten.call('convolution_backward', [...args, [false, true, false]], 3);
  if (g.groups === 1) return filterLast(aten, dw as TorchTensor);
  const grouped = aten.one('reshape', [dw as TorchTensor, [channels, filters / channels, ...g.kernel]]);
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

/** tfjs's filter as PyTorch's; a depthwise one [kh, kw, C, M] as [C * M, 1, kh, kw]. */
function weights(aten: Aten, g: WindowGeometry, filter: TorchTensor): TorchTensor {
  if (g.groups === 1) return filterFirst(aten, filter);
  const channelsFirst = aten.one('permute', [filter, [2, 3, 0, 1]]);
  return aten.one('reshape', [channelsFirst, [g.outChannels, 1, ...g.kernel]]);
}
