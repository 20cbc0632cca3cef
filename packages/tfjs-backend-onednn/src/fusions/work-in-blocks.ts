import { util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { copyFromBlocks } from '../plans/channel-blocks.js';
import type { WriteChunk } from '../values/chunks.js';
import type { WorkInBlocks } from '../values/deferred.js';

/** Work that computes images of a shape [N, H, W, C] in channel blocks. */
export function workInBlocks(
  backend: OneDnnBackend,
  [, ...image]: readonly number[],
  writeChunk: WriteChunk,
): WorkInBlocks {
  return { writeChunk, copyOut: (count, from, to) => copyFromBlocks(backend, [count, ...image], from, to) };
}

/** Computes the same images in channel blocks and copies them to NHWC. */
export function throughBlocks(
  { pool }: OneDnnBackend,
  [, ...image]: readonly number[],
  { writeChunk, copyOut }: WorkInBlocks,
): WriteChunk {
  const itemBytes = util.sizeFromShape(image) * 4;
  return (first, count, to) =>
    pool.borrow(count * itemBytes, (blocks) => {
      writeChunk(first, count, blocks);
      copyOut(count, blocks, to);
    });
}
