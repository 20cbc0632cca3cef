/**
 * Bytes that a primitive may write and the next still find in the second-level caches. Fewer, and the calls cost
 * more than the caches gain.
 */
const cacheBytes: number = 1024 * 1024;

/** For a convolution, which wants many images at a time: its result is found in the last-level cache at worst. */
export const manyCaches: number = 16 * 1024 * 1024;

/** Calls `use` for even parts of at most `together` of `items` items, in order. */
export function inParts(items: number, together: number, use: (first: number, count: number) => void): void {
  const size = Math.ceil(items / Math.ceil(items / together));
  for (let first = 0; first < items; first += size) use(first, Math.min(size, items - first));
}

/** As many items as one primitive may write and the next still find in the caches, evenly parted; 1 at least. */
export function cachedItems(items: number, itemBytes: number, bytes: number = cacheBytes): number {
  const together = Math.max(1, Math.min(items, Math.floor(bytes / itemBytes)));
  return Math.ceil(items / Math.ceil(items / together));
}
