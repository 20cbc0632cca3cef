import { type backend_util, pad, slice, type Tensor4D } from '@tensorflow/tfjs-core';

/** Returns x padded with zeros as far as the windows reach, and without the pixels that no window covers. */
export function padFor(x: Tensor4D, info: backend_util.Conv2DInfo): Tensor4D {
  const { top, left } = info.padInfo;
  const height = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const width = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  const bottom = Math.max(0, height - info.inHeight - top);
  const right = Math.max(0, width - info.inWidth - left);
  const padded =
    top + left + bottom + right === 0 ? x : pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]); // biome-ignore format: one line
  if (padded.shape[1] === height && padded.shape[2] === width) return padded;
  return slice(padded, [0, 0, 0, 0], [-1, height, width, -1]);
}
