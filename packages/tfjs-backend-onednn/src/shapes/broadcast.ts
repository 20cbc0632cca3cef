/** The shapes of a binary operation in as few dimensions as possible. */
export interface BroadcastShapes {
  a: number[];
  b: number[];
}

/**
 * Merges neighboring dimensions that b shares with a, and those that b is broadcast over: [N, H, W, C] and
 * [C] become [N * H * W, C] and [1, C].
 *
 * @returns undefined if the size of a dimension of b is neither a's nor 1.
 */
export function collapseBroadcast(
  shapeA: readonly number[],
  shapeB: readonly number[],
): BroadcastShapes | undefined {
  const missing = shapeA.length - shapeB.length;
  const a: number[] = [];
  const b: number[] = [];
  let lastShared: boolean | undefined;
  for (const [i, size] of shapeA.entries()) {
    const other = i < missing ? 1 : (shapeB[i - missing] ?? 1);
    if (other !== size && other !== 1) return undefined;
    if (size === 1) continue;
    const shared = other === size;
    if (shared === lastShared) {
      a.push((a.pop() ?? 1) * size);
      b.push(shared ? (b.pop() ?? 1) * size : (b.pop() ?? 1));
    } else {
      a.push(size);
      b.push(other);
    }
    lastShared = shared;
  }
  return a.length > 0 ? { a, b } : { a: [1], b: [1] };
}
