import type { Address } from '../library/c-api.js';

/** Writes items first to first + count - 1 of some values to an address. */
export type WriteChunk = (first: number, count: number, to: Address) => void;

/** Bytes that a thread may write in one primitive and still find in its second-level cache in the next. */
const threadCacheBytes = 1200 * 1024;

/**
 * Bytes that a convolution, which is fastest on many images, may write for the next pass to find in the
 * last-level cache.
 */
const lastLevelCacheBytes = 16 * 1024 * 1024;

/**
 * Calls `use` for equal chunks of at most `chunkSize` of `items` items, in order; the last chunk may be
 * smaller.
 */
export function forEachChunk(
  items: number,
  chunkSize: number,
  use: (first: number, count: number) => void,
): void {
  const size = Math.ceil(items / Math.ceil(items / chunkSize));
  for (let first = 0; first < items; first += size) use(first, Math.min(size, items - first));
}

/** Writes all items, chunk by chunk, to an array of items of `itemBytes` that begins at `to`. */
export function writeInChunks(
  { items, itemBytes }: { readonly items: number; readonly itemBytes: number },
  chunkSize: number,
  writeChunk: WriteChunk,
  to: Address,
): void {
  forEachChunk(items, chunkSize, (first, count) => writeChunk(first, count, to + BigInt(first * itemBytes)));
}

/**
 * The chunk size at which what one primitive writes is still in the threads' second-level caches for the next
 * one. It is at least one item for each thread: with fewer, most threads wait for the others.
 */
export function itemsInThreadCaches(items: number, itemBytes: number, threads: number): number {
  return evenChunkSize(items, threads * Math.max(1, Math.floor(threadCacheBytes / itemBytes)));
}

/** The chunk size at which what a convolution writes is still in the last-level cache for the next pass. */
export function itemsInLastLevelCache(items: number, itemBytes: number): number {
  return evenChunkSize(items, Math.max(1, Math.floor(lastLevelCacheBytes / itemBytes)));
}

/** The largest chunk size up to `limit` that makes all chunks but the last equal. */
function evenChunkSize(items: number, limit: number): number {
  return Math.ceil(items / Math.ceil(items / Math.min(items, limit)));
}
