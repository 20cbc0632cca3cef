/** A run of neighboring dimensions to reduce: [outer, count, inner] becomes [outer, inner]. */
export interface Run {
  outer: number;
  count: number;
  inner: number;
}

/** Computes y [outer, inner] from x [outer, count, inner]. */
export type RunLoop<Values extends Float32Array | Float64Array> = (
  x: Float32Array | Float64Array,
  y: Values,
  run: Run,
) => void;

/**
 * The runs of a reduction over any axes, the last run first; each run reduces the result of the run before.
 */
export function reductionRuns(shape: readonly number[], axes: readonly number[]): Run[] {
  const runs: Run[] = [];
  let inner = 1;
  let open = false; // true if the dimension after this one is reduced too
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    const reduced = axes.includes(axis);
    const outer = shape.slice(0, axis).reduce((product, other) => product * other, 1);
    const last = runs.at(-1);
    if (reduced && open && last) {
      last.count *= size;
      last.outer = outer;
    } else if (reduced && size !== 1) {
      runs.push({ outer, count: size, inner });
    }
    if (!reduced) inner *= size;
    if (size !== 1) open = reduced;
  }
  return runs;
}

/** Sums in double precision. */
export const sumRun: RunLoop<Float64Array> = (x, y, { outer, count, inner }) => {
  y.fill(0);
  let i = 0;
  if (inner === 1) {
    for (let o = 0; o < outer; o++) {
      let sum = 0;
      for (const end = i + count; i < end; i++) sum += x[i] as number;
      y[o] = sum;
    }
    return;
  }
  for (let o = 0; o < outer; o++) {
    const start = o * inner;
    const end = start + inner;
    for (let c = 0; c < count; c++) {
      for (let k = start; k < end; k++, i++) y[k] = (y[k] as number) + (x[i] as number);
    }
  }
};

/** The largest value, or NaN if any value is NaN. */
export const maxRun: RunLoop<Float32Array> = (x, y, { outer, count, inner }) => {
  let i = 0;
  for (let o = 0; o < outer; o++) {
    const start = o * inner;
    const end = start + inner;
    for (let k = start; k < end; k++, i++) y[k] = x[i] as number;
    for (let c = 1; c < count; c++) {
      for (let k = start; k < end; k++, i++) {
        const v = x[i] as number;
        if (v > (y[k] as number) || Number.isNaN(v)) y[k] = v;
      }
    }
  }
};

/** The smallest value, or NaN if any value is NaN. */
export const minRun: RunLoop<Float32Array> = (x, y, { outer, count, inner }) => {
  let i = 0;
  for (let o = 0; o < outer; o++) {
    const start = o * inner;
    const end = start + inner;
    for (let k = start; k < end; k++, i++) y[k] = x[i] as number;
    for (let c = 1; c < count; c++) {
      for (let k = start; k < end; k++, i++) {
        const v = x[i] as number;
        if (v < (y[k] as number) || Number.isNaN(v)) y[k] = v;
      }
    }
  }
};
