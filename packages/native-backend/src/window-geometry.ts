import { backend_util } from '@tensorflow/tfjs-core';

/** The shapes of a convolution or pooling in NHWC, and how its window moves. */
export interface WindowGeometry {
  batch: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernel: [height: number, width: number];
  strides: [height: number, width: number];
  dilations: [height: number, width: number];
  padBefore: [top: number, left: number];
  /** How far the last window reaches beyond the image. */
  padAfter: [bottom: number, right: number];
  /** 1, or the number of input channels if each is convolved with its own filters. */
  groups: number;
  /** The output's shape in tfjs. */
  outShape: number[];
}

type Pad = 'valid' | 'same' | number | backend_util.ExplicitPadding;
type RoundingMode = 'floor' | 'round' | 'ceil' | undefined;

/** Attributes that Conv2D and its two gradients share. */
export interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: Pad;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: RoundingMode;
}

/** Attributes that the pooling kernels share. */
export interface PoolingAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: Pad;
  dimRoundingMode?: RoundingMode;
}

/**
 * The geometry of a 2-D convolution, or undefined for tfjs's own kernel, which handles NCHW and empty
 * tensors.
 *
 * @param depthwise the filter is [kh, kw, channels, filters of each channel].
 */
export function convolutionGeometry(
  inShape: number[],
  filterShape: number[],
  attributes: ConvolutionAttributes,
  depthwise = false,
): WindowGeometry | undefined {
  if (inShape.length !== 4 || filterShape.length !== 4) return undefined;
  if ((attributes.dataFormat ?? 'NHWC') !== 'NHWC') return undefined;
  const info = backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attributes.strides,
    attributes.dilations ?? 1,
    attributes.pad,
    attributes.dimRoundingMode,
    depthwise,
    'channelsLast',
  );
  return info.inChannels === filterShape[2] ? geometry(info, depthwise ? info.inChannels : 1) : undefined;
}

/**
 * The geometry of a 2-D pooling, or undefined for tfjs's own kernel, which handles empty tensors and windows
 * that lie entirely outside the image.
 */
export function poolingGeometry(
  inShape: number[],
  attributes: PoolingAttributes,
): WindowGeometry | undefined {
  if (inShape.length !== 4) return undefined;
  const info = backend_util.computePool2DInfo(
    inShape as [number, number, number, number],
    attributes.filterSize,
    attributes.strides,
    1,
    attributes.pad,
    attributes.dimRoundingMode,
    'channelsLast',
  );
  const found = geometry(info, 1);
  const inside = found?.padBefore.every((pad, i) => {
    const size = found.kernel[i] ?? 0;
    return pad < size && (found.padAfter[i] ?? 0) < size;
  });
  return inside ? found : undefined;
}

function geometry(info: backend_util.Conv2DInfo, groups: number): WindowGeometry | undefined {
  const { top, left } = info.padInfo;
  const dims = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  if ([...dims, ...info.outShape, info.filterHeight, info.filterWidth].some((size) => size < 1)) {
    return undefined;
  }
  const found = {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    kernel: [info.filterHeight, info.filterWidth] as [number, number],
    strides: [info.strideHeight, info.strideWidth] as [number, number],
    dilations: [info.dilationHeight, info.dilationWidth] as [number, number],
    padBefore: [top, left] as [number, number],
    padAfter: [
      overhang(info.outHeight, info.strideHeight, info.effectiveFilterHeight, info.inHeight, top),
      overhang(info.outWidth, info.strideWidth, info.effectiveFilterWidth, info.inWidth, left),
    ] as [number, number],
    groups,
    outShape: info.outShape,
  };
  return isComplete(found) ? found : undefined;
}

/**
 * False if tfjs's output has fewer positions than windows fit, as with padding in pixels and a filter that is
 * not square.
 */
function isComplete(g: WindowGeometry): boolean {
  const sizes = [
    [g.inHeight, g.outHeight],
    [g.inWidth, g.outWidth],
  ] as const;
  return sizes.every(([inSize, outSize], i) => {
    const window = ((g.kernel[i] ?? 0) - 1) * (g.dilations[i] ?? 1) + 1;
    const span = inSize + (g.padBefore[i] ?? 0) + (g.padAfter[i] ?? 0) - window;
    return Math.floor(span / (g.strides[i] ?? 1)) + 1 === outSize;
  });
}

/**
 * How far the last window reaches beyond the image. Padding after the image follows from the rounded output
 * size.
 */
function overhang(outSize: number, stride: number, window: number, inSize: number, before: number): number {
  return Math.max(0, (outSize - 1) * stride + window - inSize - before);
}

/** The geometry as text, for the keys of kernel plans. */
export function geometryKey(g: WindowGeometry): string {
  return (
    `x [${g.batch},${g.inHeight},${g.inWidth},${g.inChannels}] kernel [${g.kernel}] strides [${g.strides}] ` +
    `dilations [${g.dilations}] pad [${g.padBefore}],[${g.padAfter}] y [${g.outHeight},${g.outWidth},${g.outChannels}]` +
    (g.groups === 1 ? '' : ` groups ${g.groups}`)
  );
}
