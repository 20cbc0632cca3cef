import type { Row } from './broadcast-rows.js';

/** Computes one row of y = f(a, b). */
export type BinaryLoop = (a: Float32Array, b: Float32Array, y: Float32Array | Uint8Array, row: Row) => void;

/*
 * Each function has its own loop: a loop that receives its function as an argument is compiled for all
 * functions at once and is five times slower. Loops do not branch on values either, since on data of both
 * signs a branch costs 5 ns a value.
 */

/** The comparisons, with 0 and 1 as results. */
export const comparisonLoops: Record<
  'Equal' | 'NotEqual' | 'Greater' | 'GreaterEqual' | 'Less' | 'LessEqual',
  BinaryLoop
> = {
  Equal(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = +(a[i] === b[j]);
  },
  NotEqual(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = +(a[i] !== b[j]);
  },
  Greater(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = +((a[i] as number) > (b[j] as number));
  },
  GreaterEqual(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = +((a[i] as number) >= (b[j] as number));
  },
  Less(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = +((a[i] as number) < (b[j] as number));
  },
  LessEqual(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = +((a[i] as number) <= (b[j] as number));
  },
};

/** The four basic operations, for shapes that oneDNN does not broadcast. */
export const arithmeticLoops: Record<'Add' | 'Sub' | 'Multiply' | 'RealDiv', BinaryLoop> = {
  Add(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = (a[i] as number) + (b[j] as number);
  },
  Sub(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = (a[i] as number) - (b[j] as number);
  },
  Multiply(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = (a[i] as number) * (b[j] as number);
  },
  RealDiv(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) y[k] = (a[i] as number) / (b[j] as number);
  },
};

const pair = new Float64Array(2);

/** Operations that oneDNN lacks or computes wrongly for NaN. */
export const functionLoops: Record<'Maximum' | 'Minimum' | 'SquaredDifference' | 'Prelu', BinaryLoop> = {
  /** NaN if a or b is NaN. */
  Maximum(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) {
      const p = a[i] as number;
      const q = b[j] as number;
      pair[0] = q;
      pair[1] = p;
      y[k] = pair[+(p > q) | +Number.isNaN(p)] as number;
    }
  },
  /** NaN if a or b is NaN. */
  Minimum(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) {
      const p = a[i] as number;
      const q = b[j] as number;
      pair[0] = q;
      pair[1] = p;
      y[k] = pair[+(p < q) | +Number.isNaN(p)] as number;
    }
  },
  SquaredDifference(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    for (; k < end; k++, i += stepA, j += stepB) {
      const difference = (a[i] as number) - (b[j] as number);
      y[k] = difference * difference;
    }
  },
  /** a where a >= 0, else a * b. */
  Prelu(a, b, y, { a: i, b: j, y: k, end, stepA, stepB }) {
    pair[0] = 1;
    for (; k < end; k++, i += stepA, j += stepB) {
      const x = a[i] as number;
      pair[1] = b[j] as number;
      y[k] = x * (pair[+(x < 0)] as number);
    }
  },
};
