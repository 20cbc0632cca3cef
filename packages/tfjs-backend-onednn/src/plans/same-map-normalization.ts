import { util } from '@tensorflow/tfjs-core';
import { nhwc } from '../shapes/layouts.js';
import { type Divisor, type NeighborSums, operands } from './divisive-normalization.js';

/** y = x / (bias + alpha * sum of x^2 over the size x size pixels around x in the same channel)^beta. */
export interface SameMapNormalization extends Divisor {
  size: number;
}

/** NHWC dimensions. */
export type ImageShape = readonly [batch: number, height: number, width: number, channels: number];

/**
 * The mean over the window around each pixel, with zeros outside the image. An even window reaches one pixel
 * further up and left.
 */
export function sumsInMap(shape: ImageShape, size: number): NeighborSums {
  const before = Math.floor(size / 2);
  const after = size - 1 - before;
  return {
    key: `a map [${shape}] size ${size}`,
    bytes: util.sizeFromShape([...shape]) * 4,
    layout: (native) => nhwc(native, ...shape),
    divisor: size ** 2,
    primitive(native, postOps, direction) {
      const data = nhwc(native, ...shape);
      const [padBefore, padAfter] = direction === 'transposed' ? [after, before] : [before, after];
      const descriptor = native.poolingForward({
        kind: 'averageOverWholeWindow',
        x: data,
        y: data,
        kernel: [size, size],
        strides: [1, 1],
        dilates: [0, 0],
        padBefore: [padBefore, padBefore],
        padAfter: [padAfter, padAfter],
        training: false,
        postOps,
      });
      return native.primitive(descriptor, [['source', data], ['destination', data], ...operands(postOps)]);
    },
  };
}
