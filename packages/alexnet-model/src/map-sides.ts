import type { ConvBlock, Net } from './net.js';
import { refuseNet } from './refuse-net.js';

/** Side of the maps after a convolution, and after its pooling. */
export interface MapSides {
  convolved: number;
  pooled: number;
}

/** Sides of the maps after each convolution. @throws RangeError if the image is too small for the net. */
export function mapSides(net: Net): MapSides[] {
  const sides = mapSidesAt(net, net.imageSize);
  if (!sides) refuseNet('imageSize', `at least ${smallestImage(net)} for this net`, net.imageSize);
  return sides;
}

/** {@link mapSides} for another image size; `undefined` if a window does not fit. */
export function mapSidesAt(net: Net, imageSize: number): MapSides[] | undefined {
  const sides: MapSides[] = [];
  let side = imageSize;
  for (const conv of net.convs) {
    const convolved = convolvedSide(side, conv);
    side = convolved;
    for (const step of conv.steps) if (step === 'pool') side = pooledSide(side, net.pool);
    if (!(convolved >= 1 && side >= 1)) return undefined;
    sides.push({ convolved, pooled: side });
  }
  return sides;
}

function convolvedSide(side: number, { kernelSize, strides, padding }: ConvBlock): number {
  if (padding === 'overhang') return side < kernelSize ? 0 : 1 + Math.ceil((side - kernelSize) / strides);
  return 1 + Math.floor((side + 2 * padding - kernelSize) / strides);
}

function pooledSide(side: number, { poolSize, strides, padding }: Net['pool']): number {
  return padding === 'same' ? Math.ceil(side / strides) : 1 + Math.floor((side - poolSize) / strides);
}

/** The smallest image that a net can read. */
export function smallestImage(net: Net): number {
  let tooSmall = net.imageSize; // maps only grow with the image
  let enough = net.imageSize;
  while (!mapSidesAt(net, enough)) enough *= 2;
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (mapSidesAt(net, middle)) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}
