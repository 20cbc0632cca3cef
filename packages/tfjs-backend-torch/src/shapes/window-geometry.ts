import { backend_util } from '@tensorflow/tfjs-core';

/** A pair for height and width. */
type Pair = [height: number, width: number];

/** The shapes and the movement of a window over images [N, H, W, C]. */
export interface WindowGeometry {
  inShape: Shape4;
  outShape: Shape4;
  kernel: Pair;
  strides: Pair;
  dilations: Pair;
  padBefore: Pair;
  /** How far the last window reaches beyond the image. */
  padAfter: Pair;
  /** 1, or the number of input channels if each has filters of its own. */
  groups: number;
}

type Shape4 = [number, number, number, number];
type Pad = 'valid' | 'same' | number | backend_util.ExplicitPadding;
type RoundingMode = 'floor' | 'round' | 'ceil' | undefined;

/** Attributes that Conv2D and its two gradients share. */
export interface ConvolutionAttributes {
  strides: Pair | number;
  pad: Pad;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: Pair | number;
  dimRoundingMode?: RoundingMode;
}

/** Attributes that the pooling kernels share. */
export interface PoolingAttributes {
  filterSize: Pair | number;
  strides: Pair | number;
  pad: Pad;
  dimRoundingMode?: RoundingMode;
}

/**
 * The geometry of a 2-D convolution, or undefined for tfjs's own kernel, which handles NCHW and empty tensors.
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
    inShape as Shape4,
    filterShape as Shape4,
    attributes.strides,
    attributes.dilations ?? 1,
    attributes.pad,
    attributes.dimRoundingMode,
    depthwise,
    'channelsLast',
  );
  return info.inChannels === filterShape[2] ? geometry(info, depthwise ? info.inChannels : 1) : undefined;
}

/** The geometry of a 2-D pooling, or undefined if it is left to tfjs's own kernel. */
export function poolingGeometry(
  inShape: number[],
  attributes: PoolingAttributes,
): WindowGeometry | undefined {
  if (inShape.length !== 4) return undefined;
  const info = backend_util.computePool2DInfo(
    inShape as Shape4,
    attributes.filterSize,
    attributes.strides,
    1,
    attributes.pad,
    attributes.dimRoundingMode,
    'channelsLast',
  );
  const found = geometry(info, 1);
  const reachesImage = found?.kernel.every(
    (size, i) => (found.padBefore[i] ?? 0) < size && (found.padAfter[i] ?? 0) < size,
  );
  return reachesImage ? found : undefined; // a window outside the image has no maximum and no mean
}

/** True if the window overhangs equally on both sides, which PyTorch does without a padded copy. */
export function isSymmetric({ padBefore, padAfter }: WindowGeometry): boolean {
  return padBefore[0] === padAfter[0] && padBefore[1] === padAfter[1];
}

/** The padding as PyTorch's `pad` lists it for [N, C, H, W]: left, right, top, bottom. */
export function paddingOf({ padBefore, padAfter }: WindowGeometry): number[] {
  return [padBefore[1], padAfter[1], padBefore[0], padAfter[0]];
}

/** True if there is any padding. */
export function isPadded(g: WindowGeometry): boolean {
  return paddingOf(g).some((amount) => amount > 0);
}

function geometry(info: backend_util.Conv2DInfo, groups: number): WindowGeometry | undefined {
  const inShape: Shape4 = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  if ([...inShape, ...info.outShape, info.filterHeight, info.filterWidth].some((size) => size < 1)) {
    return undefined;
  }
  const { top, left } = info.padInfo;
  const padAfter: Pair = [
    overhang(info.outHeight, info.strideHeight, info.effectiveFilterHeight, info.inHeight, top),
    overhang(info.outWidth, info.strideWidth, info.effectiveFilterWidth, info.inWidth, left),
  ];
  const found: WindowGeometry = {
    inShape,
    outShape: info.outShape as Shape4,
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    padBefore: [top, left],
    padAfter,
    groups,
  };
  return isComplete(found) ? found : undefined;
}

/** False if tfjs's output has fewer positions than windows fit, as with a filter that is not square. */
function isComplete({
  inShape,
  outShape,
  kernel,
  strides,
  dilations,
  padBefore,
  padAfter,
}: WindowGeometry): boolean {
  return [0, 1].every((i) => {
    const window = ((kernel[i] ?? 0) - 1) * (dilations[i] ?? 1) + 1;
    const span = (inShape[i + 1] ?? 0) + (padBefore[i] ?? 0) + (padAfter[i] ?? 0) - window;
    return Math.floor(span / (strides[i] ?? 1)) + 1 === outShape[i + 1];
  });
}

/** Padding after the image follows from the rounded output size. */
function overhang(outSize: number, stride: number, window: number, inSize: number, before: number): number {
  return Math.max(0, (outSize - 1) * stride + window - inSize - before);
}
