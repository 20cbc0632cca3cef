import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { multiplyMatrices } from './matrix-product.js';

/** A reduction of a matrix to one of its sides. */
export interface Reduction {
  rows: number;
  columns: number;
  /** Which dimension disappears. */
  over: 'rows' | 'columns';
  /** How many values become one. */
  count: number;
  outShape: number[];
}

/** scale * the sums of a matrix at an address, as a product with a vector that holds `scale`. */
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
