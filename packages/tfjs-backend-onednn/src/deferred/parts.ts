/** Calls `use` for even parts of at most `together` of `items` items, in order. */
export function inParts(items: number, together: number, use: (first: number, count: number) => void): void {
  const size = Math.ceil(items / Math.ceil(items / together));
  for (let first = 0; first < items; first += size) use(first, Math.min(size, items - first));
}

/** As many items as one primitive may write and the next still find in the caches, evenly parted; 1 at least. */
export function cachedItems(items: number, itemBytes: number, cacheBytes: number = 1024 * 1024): number {
  const together = Math.max(1, Math.min(items, Math.floor(cacheBytes / itemBytes)));
  return Math.ceil(items / Math.ceil(items / together));
}
