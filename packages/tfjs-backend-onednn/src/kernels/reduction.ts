import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { floatValues } from '../loops/float-values.js';
import { reductionRuns, sumRun } from '../loops/reduce-runs.js';
import { type Reduction, sumAt } from '../plans/matrix-sums.js';
import { allFloat32, smallest, smallestMoved } from './native-kernel.js';

/**
 * A reduction over leading or trailing axes, as a reduction of a matrix.
 *
 * @returns undefined for other axes, for all axes at once and for few values.
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
  const outShape = reducedShape(shape, axes, keepDims);
  return leading
    ? { rows, columns, over: 'rows', count: rows, outShape }
    : { rows, columns, over: 'columns', count: columns, outShape };
}

/** The shape without the reduced axes, or with size 1 for them. */
export function reducedShape(shape: number[], axes: readonly number[], keepDims: boolean): number[] {
  return keepDims
    ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
    : shape.filter((_, i) => !axes.includes(i));
}

/**
 * `scale` times the sums over any axes, as loops in double precision, or undefined for types other than
 * float32 and for few values.
 */
export function sumInDouble(
  backend: OneDnnBackend,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
  scale: (count: number) => number,
): TensorInfo | undefined {
  const axes = util.parseAxisParam(axis, x.shape);
  const runs = reductionRuns(x.shape, axes);
  if (!allFloat32(x) || runs.length === 0 || util.sizeFromShape(x.shape) < smallestMoved) return undefined;
  const factor = scale(axes.reduce((product, a) => product * (x.shape[a] ?? 1), 1));
  let sums: Float32Array | Float64Array = floatValues(backend, x);
  for (const run of runs) {
    const between = new Float64Array(run.outer * run.inner);
    sumRun(sums, between, run);
    sums = between;
  }
  return backend.compute(reducedShape(x.shape, axes, keepDims), (_, y) => {
    for (let i = 0; i < y.length; i++) y[i] = (sums[i] as number) * factor;
  });
}

/** `scale` times the sums, as a product with a vector whose elements are `scale`. */
export function reduceBySum(
  backend: OneDnnBackend,
  x: TensorInfo,
  reduction: Reduction,
  scale: number,
): TensorInfo {
  return backend.compute(reduction.outShape, (y) => sumAt(backend, reduction, scale, backend.address(x), y));
}
