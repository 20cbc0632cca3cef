/** A dimension of y = f(a, b), with the operands' strides in elements; 0 where an operand is broadcast. */
export interface Dimension {
  size: number;
  a: number;
  b: number;
}

/**
 * The dimensions of a result with numpy's broadcasting, outermost first. Neighbors that broadcast alike are merged, so
 * [N, H, W, C] and [C] have two dimensions, and equal shapes have one.
 */
export function broadcastDimensions(shapeA: readonly number[], shapeB: readonly number[]): Dimension[] {
  const rank = Math.max(shapeA.length, shapeB.length);
  const merged: Dimension[] = [];
  let strideA = 1;
  let strideB = 1;
  for (let i = 1; i <= rank; i++) {
    const sizeA = shapeA[shapeA.length - i] ?? 1;
    const sizeB = shapeB[shapeB.length - i] ?? 1;
    const size = sizeA === 1 ? sizeB : sizeA;
    if (size !== 1) {
      const a = sizeA === 1 ? 0 : strideA;
      const b = sizeB === 1 ? 0 : strideB;
      const inner = merged[0];
      if (inner && a === inner.a * inner.size && b === inner.b * inner.size) inner.size *= size;
      else merged.unshift({ size, a, b });
    }
    strideA *= sizeA;
    strideB *= sizeB;
  }
  return merged;
}

/** Calls `use` with the operands' offsets at every index of some dimensions, in the order of the result's values. */
export function forEachIndex(dims: readonly Dimension[], use: (a: number, b: number) => void): void {
  const index = dims.map(() => 0);
  let [a, b] = [0, 0];
  for (;;) {
    use(a, b);
    let d = dims.length - 1;
    for (; d >= 0; d--) {
      const dimension = dims[d] as Dimension;
      const next = (index[d] as number) + 1;
      a += dimension.a;
      b += dimension.b;
      if (next < dimension.size) {
        index[d] = next;
        break;
      }
      index[d] = 0;
      a -= dimension.a * dimension.size;
      b -= dimension.b * dimension.size;
    }
    if (d < 0) return;
  }
}
