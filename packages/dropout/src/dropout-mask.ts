import { randomStream } from '@alexnet/random';
import { describeValue } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The position of a tensor's columns in a wider matrix: they start at column `begin` of rows that are
 * `rowWidth` wide.
 */
export interface Columns {
  begin: number;
  rowWidth: number;
}

/** A seed and any further keys of the stream that a mask is drawn from. */
export type MaskKeys = readonly [number, ...number[]];

/**
 * A mask: 0 with probability `rate`, otherwise `kept`.
 *
 * With `columns`, it equals these columns of the mask of the whole matrix. So devices that each have some
 * units of a layer draw the same masks as a single device.
 *
 * @throws RangeError if the columns are not all in the matrix.
 */
export function dropoutMask(
  shape: number[],
  rate: number,
  kept: number,
  keys: MaskKeys,
  columns?: Columns,
): tf.Tensor {
  const width = shape.at(-1) ?? 1;
  const { begin, rowWidth } = columns ?? { begin: 0, rowWidth: width };
  requireColumns(begin, width, rowWidth);
  const stream = randomStream(...keys);
  const threshold = rate * 4294967296;
  const mask = new Float32Array(tf.util.sizeFromShape(shape));
  const skip = (count: number): void => {
    for (let i = 0; i < count; i++) stream.uint32();
  };
  for (let row = 0; row < mask.length; row += width) {
    skip(begin);
    for (let i = row; i < row + width; i++) mask[i] = stream.uint32() < threshold ? 0 : kept;
    skip(rowWidth - begin - width);
  }
  return tf.tensor(mask, shape);
}

function requireColumns(begin: number, width: number, rowWidth: number): void {
  const areWhole = Number.isSafeInteger(begin) && Number.isSafeInteger(rowWidth);
  if (areWhole && begin >= 0 && begin + width <= rowWidth) return;
  const [first, row] = [describeValue(begin), describeValue(rowWidth)];
  throw new RangeError(
    `columns must include all ${width} columns of x (AlexNetDropout), got begin ${first} and rowWidth ${row}.`,
  );
}
