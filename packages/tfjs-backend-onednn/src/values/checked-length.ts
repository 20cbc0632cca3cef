import { util } from '@tensorflow/tfjs-core';
import { largestBlock } from './memory-pool.js';

/**
 * The number of values of a float32 tensor.
 *
 * @throws RangeError if the values do not fit in one block.
 */
export function checkedLength(shape: number[]): number {
  const length = util.sizeFromShape(shape);
  if (length * 4 <= largestBlock) return length;
  throw new RangeError(
    `shape must have at most ${largestBlock / 4} float32 values (onednn), got [${shape}], ${length * 4} bytes.`,
  );
}
