/** Probabilities `[images, classes]`: one flat row after another, or a list of rows. */
export type Probabilities = ArrayLike<number> | readonly ArrayLike<number>[];

/**
 * The share of images whose true label is not among the k most probable.
 *
 * A tie counts in part, as in the original program: if e labels share the probability of the true one, g are more
 * probable and only k - g < e of them fit, the image is right by (k - g) / e.
 *
 * @param probabilities `[images, classes]`, flat or as rows.
 * @param labels The true label of each image, 0 .. classes - 1.
 * @returns 0 .. 1, or NaN for no image.
 * @throws RangeError if shapes do not fit, a label is out of range or a probability is not a number.
 * @see Krizhevsky et al. 2012, sec. 2
 * @example
 * topKError([0.1, 0.7, 0.2], [2], 1); // 1: the true label came second
 */
export function topKError(probabilities: Probabilities, labels: ArrayLike<number>, k: number): number {
  return new TopKError([k]).add(probabilities, labels).error(k);
}

/** {@link topKError} batch by batch, for several k at once; two of them can be merged. */
export class TopKError {
  private readonly wrong: Map<number, number>;
  private seen = 0;

  /** @throws RangeError unless every k is a whole number >= 1. */
  constructor(ks: readonly number[] = [1, 5]) {
    for (const k of ks) {
      if (!Number.isInteger(k) || k < 1)
        throw new RangeError(`k must be a whole number >= 1 (TopKError), got ${k}.`);
    }
    this.wrong = new Map(ks.map((k) => [k, 0]));
  }

  /** How many images were added. */
  get images(): number {
    return this.seen;
  }

  /** Counts a batch. */
  add(probabilities: Probabilities, labels: ArrayLike<number>): this {
    const rows = toRows(probabilities, labels.length);
    rows.forEach((row, i) => {
      const { greater, equal } = rankOf(row, labels[i] as number, this.seen + i);
      for (const [k, sum] of this.wrong) {
        const right = Math.min(Math.max((k - greater) / equal, 0), 1);
        this.wrong.set(k, sum + 1 - right);
      }
    });
    this.seen += rows.length;
    return this;
  }

  /** Adds the counts of another one with the same k. */
  merge(other: TopKError): this {
    for (const [k, sum] of this.wrong) this.wrong.set(k, sum + other.sumOf(k));
    this.seen += other.seen;
    return this;
  }

  /** The error so far, 0 .. 1; NaN before the first image. */
  error(k: number): number {
    return this.sumOf(k) / this.seen;
  }

  private sumOf(k: number): number {
    const sum = this.wrong.get(k);
    if (sum === undefined) {
      throw new RangeError(`k must be one of ${[...this.wrong.keys()].join(', ')} (TopKError), got ${k}.`);
    }
    return sum;
  }
}

/** How many labels are more probable than the true one, and how many (it included) are as probable. */
function rankOf(row: ArrayLike<number>, label: number, image: number): { greater: number; equal: number } {
  const own = Number.isInteger(label) ? row[label] : undefined;
  if (own === undefined) {
    throw new RangeError(
      `labels must be in 0 .. ${row.length - 1} (topKError), got ${label} for image ${image}.`,
    );
  }
  let greater = 0;
  let equal = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (Number.isNaN(value)) {
      throw new RangeError(
        `probabilities must be numbers (topKError), got NaN for image ${image}, label ${i}.`,
      );
    }
    if (value > own) greater++;
    else if (value === own) equal++;
  }
  return { greater, equal };
}

/** Rows of equal length, one for each of `count` images. */
export function toRows(probabilities: Probabilities, count: number): ArrayLike<number>[] {
  if (probabilities.length > 0 && typeof probabilities[0] !== 'number') {
    const rows = Array.from(probabilities as readonly ArrayLike<number>[]);
    if (rows.length !== count) throw sizeError(`${rows.length} rows`, count);
    return rows;
  }
  const flat = Float64Array.from(probabilities as ArrayLike<number>);
  const classes = count === 0 ? 0 : flat.length / count;
  if (!Number.isInteger(classes) || (count === 0 && flat.length > 0) || (count > 0 && classes === 0)) {
    throw sizeError(`${flat.length} values`, count);
  }
  return Array.from({ length: count }, (_, i) => flat.subarray(i * classes, (i + 1) * classes));
}

function sizeError(got: string, count: number): RangeError {
  return new RangeError(
    `probabilities must hold one row for each of ${count} labels (topKError), got ${got}.`,
  );
}
