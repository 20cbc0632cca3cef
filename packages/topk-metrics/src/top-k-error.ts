import { describeValue, requireWhole } from '@alexnet/validate';
import { rankLabels } from './rank-labels.js';
import type { Probabilities } from './rows.js';
import { wilsonInterval } from './wilson-interval.js';

/**
 * The share of images whose true label is not among the k most probable.
 *
 * A tie counts in part, as in the original program. If e labels (the true one included) have the probability
 * of the true one, g are more probable and only k - g < e of the e labels fit, then the image counts as right
 * by (k - g) / e.
 *
 * @param probabilities `[images, classes]`, flat or as rows.
 * @param labels The true label of each image, 0 .. classes - 1.
 * @returns 0 .. 1, or NaN if there is no image.
 * @throws RangeError if shapes do not fit, a label is out of range or a probability is not a number.
 * @see Krizhevsky et al. 2012, sec. 2
 * @example
 * topKError([0.1, 0.7, 0.2], [2], 1); // 1: the true label came second
 */
export function topKError(probabilities: Probabilities, labels: ArrayLike<number>, k: number): number {
  return new TopKError([k]).add(probabilities, labels).error(k);
}

/** The JSON form of {@link TopKError}. All are whole numbers, so nothing is lost. */
export interface TopKErrorJson {
  readonly images: number;
  /**
   * For each k, by e, the wrong images in units of 1/e. An image is counted under e if e labels have its true
   * label's probability.
   */
  readonly wrong: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * {@link topKError} batch by batch, for several k at once.
 *
 * It counts images in whole units of 1/e, so batches and merges in any order give bit-identical results.
 *
 * @example
 * const errors = new TopKError([1, 5]);
 * for (const { probabilities, labels } of batches) errors.add(probabilities, labels);
 * console.log(errors.error(5), errors.interval(5));
 */
export class TopKError {
  /** For each k, by e, the images that were wrong in units of 1/e. */
  readonly #wrong: Map<number, Map<number, number>>;
  #images = 0;

  /** @throws RangeError unless every k is a whole number >= 1. */
  constructor(ks: readonly number[] = [1, 5]) {
    for (const k of ks) requireWhole('k', k, 1, 'TopKError');
    this.#wrong = new Map(ks.map((k) => [k, new Map()]));
  }

  /** How many images were added. */
  get images(): number {
    return this.#images;
  }

  /** Counts a batch. If it throws, as {@link topKError} does, nothing of the batch is counted. */
  add(probabilities: Probabilities, labels: ArrayLike<number>): this {
    const ranks = rankLabels(probabilities, labels, { caller: 'topKError', firstImage: this.#images });
    for (const { greater, equal } of ranks) {
      for (const [k, parts] of this.#wrong) {
        count(parts, equal, equal - Math.min(Math.max(k - greater, 0), equal));
      }
    }
    this.#images += ranks.length;
    return this;
  }

  /**
   * Adds the counts of another. @throws TypeError if it is not a TopKError, RangeError if it lacks a k of
   * this one.
   */
  merge(other: TopKError): this {
    if (!(other instanceof TopKError)) {
      throw new TypeError(`other must be a TopKError (TopKError), got ${describeValue(other)}.`);
    }
    const added = [...this.#wrong].map(([k, parts]) => ({ parts, more: [...other.#parts(k)] }));
    for (const { parts, more } of added) for (const [e, wrong] of more) count(parts, e, wrong);
    this.#images += other.#images;
    return this;
  }

  /** The error so far, 0 .. 1; NaN before the first image. */
  error(k: number): number {
    const parts = [...this.#parts(k)].sort(([a], [b]) => a - b);
    return parts.reduce((sum, [e, wrong]) => sum + wrong / e, 0) / this.#images;
  }

  /** Wilson's 95% interval of {@link error}; see {@link wilsonInterval}. */
  interval(k: number): [low: number, high: number] {
    return wilsonInterval(this.error(k), this.#images);
  }

  toJSON(): TopKErrorJson {
    const wrong = [...this.#wrong].map(([k, parts]) => [k, Object.fromEntries(parts)]);
    return { images: this.#images, wrong: Object.fromEntries(wrong) };
  }

  /**
   * The inverse of `toJSON`.
   *
   * @throws TypeError if the value does not have that form.
   */
  static fromJSON(json: TopKErrorJson): TopKError {
    if (!isTopKErrorJson(json)) {
      throw new TypeError(
        `json must be {images, wrong: {k: {e: count}}} of whole numbers, none wrong twice (TopKError), got ${describeValue(json)}.`,
      );
    }
    const { images, wrong } = json;
    const read = new TopKError(Object.keys(wrong).map(Number));
    for (const [k, parts] of Object.entries(wrong)) {
      for (const [e, sum] of Object.entries(parts)) count(read.#parts(Number(k)), Number(e), sum);
    }
    read.#images = images;
    return read;
  }

  #parts(k: number): Map<number, number> {
    const parts = this.#wrong.get(k);
    if (parts === undefined) {
      throw new RangeError(`k must be one of ${[...this.#wrong.keys()].join(', ')} (TopKError), got ${k}.`);
    }
    return parts;
  }
}

function count(parts: Map<number, number>, e: number, wrong: number): void {
  if (wrong > 0) parts.set(e, (parts.get(e) ?? 0) + wrong);
}

function isTopKErrorJson(json: unknown): json is TopKErrorJson {
  const { images, wrong } = (json ?? {}) as Partial<TopKErrorJson>;
  const isWhole = (value: unknown, least: number): boolean =>
    Number.isSafeInteger(value) && Number(value) >= least;
  const isError = ([k, parts]: [string, unknown]): boolean => {
    if (!isWhole(Number(k), 1) || typeof parts !== 'object' || parts === null) return false;
    const counts = Object.entries(parts);
    const sum = counts.reduce((all, [e, wrong]) => all + wrong / Number(e), 0);
    return counts.every(([e, wrong]) => isWhole(Number(e), 1) && isWhole(wrong, 0)) && sum <= Number(images);
  };
  return (
    isWhole(images, 0) && typeof wrong === 'object' && wrong !== null && Object.entries(wrong).every(isError)
  );
}
