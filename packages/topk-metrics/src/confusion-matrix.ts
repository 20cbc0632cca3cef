import { describeValue, requireWhole } from '@alexnet/validate';
import { rankLabels } from './rank-labels.js';
import type { Probabilities } from './rows.js';

/** How many images of one class were classified as another. */
export interface ConfusionPair {
  /** The true label. */
  readonly label: number;
  /** The label that was most probable. */
  readonly predicted: number;
  readonly count: number;
  /** `count` as a share of the images of `label`, 0 .. 1. */
  readonly share: number;
}

/** The JSON form of {@link ConfusionMatrix}: `[label, predicted, count]` for every count above 0. */
export interface ConfusionMatrixJson {
  readonly classes: number;
  readonly counts: readonly (readonly [label: number, predicted: number, count: number])[];
}

/**
 * Counts how often each class was classified as each class: `counts[label, predicted]`, of 8 bytes each (8 MB
 * for 1000 classes). The prediction is the most probable label, or the lowest of equally probable ones.
 *
 * @example
 * const confusion = new ConfusionMatrix(1000).add(probabilities, labels);
 * console.log(confusion.worst(10)); // [{ label, predicted, count, share }, ...]
 */
export class ConfusionMatrix {
  readonly classes: number;
  readonly #counts: Float64Array; // [classes, classes], whole numbers

  /** @throws RangeError unless `classes` is a whole number >= 1. */
  constructor(classes: number) {
    requireWhole('classes', classes, 1, 'ConfusionMatrix');
    this.classes = classes;
    this.#counts = new Float64Array(classes * classes);
  }

  /** Counts a batch. If it throws, as `topKError` does, nothing of the batch is counted. */
  add(probabilities: Probabilities, labels: ArrayLike<number>): this {
    const { classes } = this;
    for (const { label, predicted } of rankLabels(probabilities, labels, {
      caller: 'ConfusionMatrix',
      classes,
    })) {
      this.#count(label, predicted, 1);
    }
    return this;
  }

  /**
   * Adds the counts of another. @throws TypeError if it is not a ConfusionMatrix, RangeError if its classes
   * differ.
   */
  merge(other: ConfusionMatrix): this {
    if (!(other instanceof ConfusionMatrix)) {
      throw new TypeError(`other must be a ConfusionMatrix (ConfusionMatrix), got ${describeValue(other)}.`);
    }
    if (other.classes !== this.classes) {
      throw new RangeError(
        `other must be of ${this.classes} classes (ConfusionMatrix), got ${other.classes}.`,
      );
    }
    other.#counts.forEach((count, at) => {
      this.#counts[at] = (this.#counts[at] as number) + count;
    });
    return this;
  }

  /**
   * How many images of class `label` were classified as `predicted`. @throws RangeError if there is no such
   * class.
   */
  count(label: number, predicted: number): number {
    for (const queried of [label, predicted]) {
      if (!Number.isInteger(queried) || queried < 0 || queried >= this.classes) {
        throw new RangeError(
          `label must be in 0 .. ${this.classes - 1} (ConfusionMatrix), got ${describeValue(queried)}.`,
        );
      }
    }
    return this.#counts[label * this.classes + predicted] as number;
  }

  /**
   * At most `count` pairs of different labels, most often confused first; of equally frequent ones the lower
   * labels first.
   */
  worst(count: number): ConfusionPair[] {
    requireWhole('count', count, 0, 'ConfusionMatrix.worst');
    return this.#pairs()
      .filter(({ label, predicted }) => label !== predicted)
      .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted)
      .slice(0, count);
  }

  toJSON(): ConfusionMatrixJson {
    return {
      classes: this.classes,
      counts: this.#pairs().map(({ label, predicted, count }) => [label, predicted, count]),
    };
  }

  /** The inverse of `toJSON`. @throws TypeError if the value does not have that form. */
  static fromJSON(json: ConfusionMatrixJson): ConfusionMatrix {
    const fits = (cell: unknown): boolean =>
      Array.isArray(cell) &&
      cell.length === 3 &&
      cell.every(
        (value, i) => Number.isSafeInteger(value) && value >= 0 && (i === 2 || value < json.classes),
      );
    if (!Array.isArray(json?.counts) || !json.counts.every(fits)) {
      throw new TypeError(
        `json must be {classes, counts: [[label, predicted, count], ...]} (ConfusionMatrix), got ${describeValue(json)}.`,
      );
    }
    const read = new ConfusionMatrix(json.classes);
    for (const [label, predicted, count] of json.counts) read.#count(label, predicted, count);
    return read;
  }

  #count(label: number, predicted: number, images: number): void {
    const at = label * this.classes + predicted;
    this.#counts[at] = (this.#counts[at] as number) + images;
  }

  /** Every pair with a count above 0, including the diagonal, row by row. */
  #pairs(): ConfusionPair[] {
    return Array.from({ length: this.classes }, (_, label) => {
      const row = this.#counts.subarray(label * this.classes, (label + 1) * this.classes);
      const images = row.reduce((sum, count) => sum + count, 0);
      return Array.from(row, (count, predicted) => ({
        label,
        predicted,
        count,
        share: count / images,
      })).filter(({ count }) => count > 0);
    }).flat();
  }
}
