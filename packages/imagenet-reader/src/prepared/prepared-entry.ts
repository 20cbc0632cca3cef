import { messageOf } from '@alexnet/validate';
import type { Split } from '../source/ilsvrc-source.js';
import { readTarHeader } from '../source/tar/tar-header.js';
import type { IndexEntry } from './shard-index.js';

/** Whether the bytes start with the tar header that the index describes. */
export function isEntry(bytes: Buffer, { size }: IndexEntry): boolean {
  return readTarHeader(bytes.subarray(0, 512))?.size === size;
}

/**
 * The error for a stored image that cannot be read. It names the shard, the image and the reason on one line.
 */
export function damagedImage(shard: string, split: Split, image: number, cause: unknown): Error {
  const reason = messageOf(cause).replace(/\s+/g, ' ');
  return new Error(`${shard}: image ${image} of ${split} is damaged (${reason}); prepare it again.`, {
    cause,
  });
}
