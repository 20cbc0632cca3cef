import type { NativeEngine } from '../native/native-engine.js';
import type { Layout } from '../native/operations.js';

/** The layout of an NHWC array; oneDNN lists the dimensions as N, C, H, W whatever their order in memory. */
export function nhwc(
  native: NativeEngine,
  batch: number,
  height: number,
  width: number,
  channels: number,
): Layout {
  const row = width * channels;
  return native.strided([batch, channels, height, width], [height * row, 1, row, channels]);
}

/** The layout of tfjs's filters, HWIO; oneDNN lists the dimensions as O, I, H, W. */
export function hwio(
  native: NativeEngine,
  height: number,
  width: number,
  inChannels: number,
  outChannels: number,
): Layout {
  const position = inChannels * outChannels;
  return native.strided(
    [outChannels, inChannels, height, width],
    [1, outChannels, width * position, position],
  );
}

/**
 * The layout of tfjs's depthwise filters, [kh, kw, channels, filters of each]; oneDNN lists G, O, I, H, W.
 */
export function depthwiseFilter(
  native: NativeEngine,
  height: number,
  width: number,
  channels: number,
  filters: number,
): Layout {
  const position = channels * filters;
  return native.strided(
    [channels, filters, 1, height, width],
    [filters, 1, position, width * position, position],
  );
}
