/** Probabilities `[images, classes]`, flat (row by row) or as a list of rows. */
export type Probabilities = ArrayLike<number> | readonly ArrayLike<number>[];

/**
 * One row for each of `count` images. The rows of a flat Float32Array or Float64Array are views of it.
 *
 * @throws RangeError that names `caller`, if the rows or values do not fit the images.
 */
export function toRows(probabilities: Probabilities, count: number, caller: string): ArrayLike<number>[] {
  const sizeError = (got: string): RangeError =>
    new RangeError(`probabilities must hold one row for each of ${count} labels (${caller}), got ${got}.`);

  if (probabilities.length > 0 && typeof probabilities[0] !== 'number') {
    const rows = Array.from(probabilities as readonly ArrayLike<number>[]);
    if (rows.length !== count) throw sizeError(`${rows.length} rows`);
    return rows;
  }
  const isFloats = probabilities instanceof Float32Array || probabilities instanceof Float64Array;
  const flat = isFloats ? probabilities : Float64Array.from(probabilities as ArrayLike<number>);
  const classes = count === 0 ? 0 : flat.length / count;
  if (!Number.isInteger(classes) || (count === 0 && flat.length > 0) || (count > 0 && classes === 0)) {
    throw sizeError(`${flat.length} values`);
  }
  return Array.from({ length: count }, (_, i) => flat.subarray(i * classes, (i + 1) * classes));
}
