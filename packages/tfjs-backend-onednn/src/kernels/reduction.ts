import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { multiplyMatrices } from '../plans/matrix-product.js';
import { smallest } from './native-kernel.js';

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

/**
 * The reduction as one of a matrix: over all leading axes or over all trailing ones.
 *
 * @returns undefined for other axes, for everything at once (JavaScript sums in double precision) and for little
 * work.
 */
export function splitReduction(
  shape: number[],
  axis: number | number[],
  keepDims: boolean,
): Reduction | undefined {
  const axes = [...util.parseAxisParam(axis, shape)].sort((p, q) => p - q);
  const rank = shape.length;
  if (axes.length === 0 || axes.length === rank || util.sizeFromShape(shape) < smallest) return undefined;
  const leading = axes.every((a, i) => a === i);
  const trailing = axes.every((a, i) => a === rank - axes.length + i);
  if (!leading && !trailing) return undefined;
  const split = leading ? axes.length : rank - axes.length;
  const rows = util.sizeFromShape(shape.slice(0, split));
  const columns = util.sizeFromShape(shape.slice(split));
  const outShape = keepDims
    ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
    : shape.filter((_, i) => !axes.includes(i));
  return leading
    ? { rows, columns, over: 'rows', count: rows, outShape }
    : { rows, columns, over: 'columns', count: columns, outShape };
}

/** scale * the sums, as a product with a vector that holds `scale`. */
export function reduceBySum(
  backend: OneDnnBackend,
  x: TensorInfo,
  { rows, columns, over, count, outShape }: Reduction,
  scale: number,
): TensorInfo {
  const weights = backend.compute([count], (_, values) => values.fill(scale));
  const product = { batch: 1, batchA: 1, batchB: 1, transposeA: false, transposeB: false };
  try {
    return backend.compute(outShape, (c) => {
      const [x_, w] = [backend.address(x), backend.address(weights)];
      if (over === 'rows') {
        multiplyMatrices(backend, { ...product, rows: 1, inner: rows, columns }, { a: w, b: x_, c });
      } else {
        multiplyMatrices(backend, { ...product, rows, inner: columns, columns: 1 }, { a: x_, b: w, c });
      }
    });
  } finally {
    backend.disposeData(weights.dataId);
  }
}
