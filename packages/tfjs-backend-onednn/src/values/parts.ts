/** Bytes that a thread may write in one primitive and still find in its second-level cache in the next. */
const threadBytes = 1200 * 1024;

/** A convolution wants many images at a time. */
const lastLevelBytes = 16 * 1024 * 1024;

/** Calls `use` for even parts of at most `together` of `items` items, in order. */
export function inParts(items: number, together: number, use: (first: number, count: number) => void): void {
  const size = Math.ceil(items / Math.ceil(items / together));
  for (let first = 0; first < items; first += size) use(first, Math.min(size, items - first));
}

/**
 * As many items as one primitive may write and the next still find in the caches, evenly parted. At least one for
 * each thread: with fewer, most wait for the others.
 */
export function cachedItems(items: number, itemBytes: number, threads: number): number {
  return evenly(items, threads * Math.max(1, Math.floor(threadBytes / itemBytes)));
}

/** As many items as one convolution may write and the next pass still find in the last-level cache, evenly parted. */
export function convolvedItems(items: number, itemBytes: number): number {
  return evenly(items, Math.max(1, Math.floor(lastLevelBytes / itemBytes)));
}

/** At most `together`, so that all parts but the last are of one size. */
function evenly(items: number, together: number): number {
  return Math.ceil(items / Math.ceil(items / Math.min(items, together)));
}
