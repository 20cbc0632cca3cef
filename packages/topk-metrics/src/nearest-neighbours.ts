import { describeValue, requireWhole } from '@alexnet/validate';

/** One of the vectors nearest to a query. */
export interface Neighbour {
  /** Its index among all vectors that were added. */
  readonly index: number;
  /** The Euclidean distance, `sqrt(sum over i of (query[i] - row[i])^2)`, summed in float64. */
  readonly distance: number;
}

/** Options of {@link NearestNeighbours}. */
export interface NearestNeighboursOptions {
  /** How many values a vector has. */
  readonly dimensions: number;
  /** How many neighbours of each query to keep; 6, as in figure 4. */
  readonly k?: number;
}

/**
 * Finds the k vectors nearest to each query by Euclidean distance among any number that are added batch by
 * batch. The search is exact and holds `queries * k` results. Of equally near vectors, the lower index comes
 * first.
 *
 * Batches and merges in any order give bit-identical results.
 *
 * @see Krizhevsky et al. 2012, sec. 6.1 and figure 4 (right): the training images nearest by the last hidden
 *   layer
 * @example
 * const search = new NearestNeighbours(testActivations, { dimensions: 4096 });
 * for (const { rows, first } of trainingActivations) search.add(rows, first);
 * console.log(search.nearest(0)); // [{ index, distance }, ...], six of them
 */
export class NearestNeighbours {
  readonly dimensions: number;
  readonly k: number;
  readonly #queries: Float64Array; // [queries, dimensions]
  /** The results of each query, nearest first. */
  readonly #found: Neighbour[][];

  /**
   * @param queries Flat `[queries, dimensions]`, copied.
   * @throws RangeError if the queries are not whole vectors of finite numbers or an option is not a whole
   *   number >= 1.
   */
  constructor(queries: ArrayLike<number>, { dimensions, k = 6 }: NearestNeighboursOptions) {
    requireWhole('dimensions', dimensions, 1, 'NearestNeighbours');
    requireWhole('k', k, 1, 'NearestNeighbours');
    this.dimensions = dimensions;
    this.k = k;
    const count = rowsOf('queries', queries, dimensions);
    if (count === 0) throw new RangeError('queries must hold at least one (NearestNeighbours), got 0.');
    this.#queries = Float64Array.from(queries);
    requireFinites('queries', this.#queries);
    this.#found = Array.from({ length: count }, () => []);
  }

  /** How many queries there are. */
  get queries(): number {
    return this.#found.length;
  }

  /**
   * Compares a batch with every query.
   *
   * @param rows Flat `[rows, dimensions]`.
   * @param firstIndex Index of the first row among all vectors; the other rows follow it.
   * @throws RangeError if the rows are not whole vectors of finite numbers. Then none of them is added.
   */
  add(rows: ArrayLike<number>, firstIndex: number): this {
    requireWhole('firstIndex', firstIndex, 0, 'NearestNeighbours');
    const count = rowsOf('rows', rows, this.dimensions);
    requireFinites('rows', rows);
    this.#found.forEach((found, query) => {
      for (let row = 0; row < count; row++) {
        this.#keep(found, { index: firstIndex + row, distance: this.#distance(query, rows, row) });
      }
    });
    return this;
  }

  /**
   * Adds the results of another for the same queries. @throws TypeError if it is not a NearestNeighbours,
   * RangeError if its queries differ.
   */
  merge(other: NearestNeighbours): this {
    if (!(other instanceof NearestNeighbours)) {
      throw new TypeError(
        `other must be a NearestNeighbours (NearestNeighbours), got ${describeValue(other)}.`,
      );
    }
    const isSame =
      other.dimensions === this.dimensions &&
      other.queries === this.queries &&
      other.k === this.k &&
      other.#queries.every((value, i) => value === this.#queries[i]);
    if (!isSame) {
      throw new RangeError('other must have the same queries, dimensions and k (NearestNeighbours).');
    }
    other.#found.forEach((found, query) => {
      for (const one of found) this.#keep(this.#found[query] as Neighbour[], one);
    });
    return this;
  }

  /**
   * The k vectors nearest to a query (or all, if fewer were added), nearest first. @throws RangeError if
   * there is no such query.
   */
  nearest(query: number): Neighbour[] {
    const found = this.#found[query];
    if (found === undefined) {
      throw new RangeError(
        `query must be in 0 .. ${this.queries - 1} (NearestNeighbours), got ${describeValue(query)}.`,
      );
    }
    return found.map((one) => ({ ...one }));
  }

  #distance(query: number, rows: ArrayLike<number>, row: number): number {
    const { dimensions } = this;
    const [a, b] = [query * dimensions, row * dimensions];
    let sum = 0;
    for (let i = 0; i < dimensions; i++) {
      const difference = (this.#queries[a + i] as number) - (rows[b + i] as number);
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  #keep(found: Neighbour[], one: Neighbour): void {
    const last = found[this.k - 1];
    if (last && !isBefore(one, last)) return;
    const at = found.findIndex((other) => isBefore(one, other));
    found.splice(at < 0 ? found.length : at, 0, one);
    if (found.length > this.k) found.pop();
  }
}

function isBefore(a: Neighbour, b: Neighbour): boolean {
  return a.distance < b.distance || (a.distance === b.distance && a.index < b.index);
}

function rowsOf(name: string, values: ArrayLike<number>, dimensions: number): number {
  if (values.length % dimensions === 0) return values.length / dimensions;
  throw new RangeError(
    `${name} must be whole vectors of ${dimensions} values (NearestNeighbours), got ${values.length} values.`,
  );
}

function requireFinites(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${name} must be finite numbers (NearestNeighbours), got ${values[i]} at ${i}.`);
    }
  }
}
