import { util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { copyFromBlocks } from '../plans/channel-blocks.js';
import type { WorkInBlocks, WriteItems } from '../values/deferred.js';

/** Work that makes images of a shape [N, H, W, C] in channel blocks. */
export function inBlocks(
  backend: OneDnnBackend,
  [, ...image]: readonly number[],
  write: WriteItems,
): WorkInBlocks {
  return { write, leave: (count, from, to) => copyFromBlocks(backend, [count, ...image], from, to) };
}

/** The same images in NHWC, by way of channel blocks. */
export function throughBlocks(
  { pool }: OneDnnBackend,
  [, ...image]: readonly number[],
  { write, leave }: WorkInBlocks,
): WriteItems {
  const itemBytes = util.sizeFromShape(image) * 4;
  return (first, count, to) =>
    pool.borrow(count * itemBytes, (blocks) => {
      write(first, count, blocks);
      leave(count, blocks, to);
    });
}
