/** A row of a binary operation along the innermost dimension, with offsets in elements. */
export interface Row {
  a: number;
  b: number;
  y: number;
  /** The end of the row in y. */
  end: number;
  /** 1, or 0 if the operand has one value for the whole row. */
  stepA: number;
  stepB: number;
}

interface Dimension {
  size: number;
  a: number;
  b: number;
}

/**
 * Calls `run` for every row of y = f(a, b) with numpy's broadcasting. Neighboring dimensions that broadcast
 * alike are merged, so [N, H, W, C] and [C] have N * H * W rows, and equal shapes have one.
 *
 * Every call receives the same object.
 */
export function forEachRow(
  shapeA: readonly number[],
  shapeB: readonly number[],
  run: (row: Row) => void,
): void {
  const dims = broadcastDimensions(shapeA, shapeB);
  if (dims.some(({ size }) => size === 0)) return;
  const inner = dims.pop() ?? { size: 1, a: 0, b: 0 };
  const row: Row = { a: 0, b: 0, y: 0, end: inner.size, stepA: inner.a, stepB: inner.b };
  const index = dims.map(() => 0);
  for (;;) {
    run(row);
    let d = dims.length - 1;
    for (; d >= 0; d--) {
      const { size, a, b } = dims[d] as Dimension;
      const next = (index[d] as number) + 1;
      row.a += a;
      row.b += b;
      if (next < size) {
        index[d] = next;
        break;
      }
      index[d] = 0;
      row.a -= a * size;
      row.b -= b * size;
    }
    if (d < 0) return;
    row.y = row.end;
    row.end += inner.size;
  }
}

/** The dimensions of the result with the operands' strides, merged where both operands allow it. */
function broadcastDimensions(shapeA: readonly number[], shapeB: readonly number[]): Dimension[] {
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
