import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { multiplyMatrices } from './matrix-product.js';

/** A reduction of a matrix to one of its sides. */
export interface Reduction {
  rows: number;
  columns: number;
  /** The dimension that is summed over. */
  over: 'rows' | 'columns';
  /** The number of values in each sum. */
  count: number;
  outShape: number[];
}

/** Computes `scale` times the sums of a matrix, as a product with a vector whose elements are `scale`. */
export function sumAt(
  backend: OneDnnBackend,
  { rows, columns, over, count }: Reduction,
  scale: number,
  x: Address,
  y: Address,
): void {
  const product = { batch: 1, batchA: 1, batchB: 1, transposeA: false, transposeB: false };
  const weights = backend.pool.allocate(count * 4);
  new Float32Array(weights.buffer, 0, count).fill(scale);
  const w = weights.address;
  try {
    if (over === 'rows') {
      multiplyMatrices(backend, { ...product, rows: 1, inner: rows, columns }, { a: w, b: x, c: y });
    } else {
      multiplyMatrices(backend, { ...product, rows, inner: columns, columns: 1 }, { a: x, b: w, c: y });
    }
  } finally {
    backend.pool.release(weights);
  }
}
