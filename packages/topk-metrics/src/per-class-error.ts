import { describeValue, requireWhole } from '@alexnet/validate';
import { rankLabels } from './rank-labels.js';
import type { Probabilities } from './rows.js';
import { TopKError, type TopKErrorJson } from './top-k-error.js';

/** The error of one class. */
export interface ClassError {
  readonly label: number;
  /** 0 .. 1. */
  readonly error: number;
  readonly images: number;
}

/** The JSON form of {@link PerClassError}. */
export interface PerClassErrorJson {
  readonly classes: readonly TopKErrorJson[];
}

/**
 * The top-k error of each class over the images whose true label it is, with a {@link TopKError} per class.
 *
 * @example
 * const errors = new PerClassError(1000, [1, 5]).add(probabilities, labels);
 * console.log(errors.worst(10, 5)); // [{ label, error, images }, ...]
 */
export class PerClassError {
  readonly #classes: TopKError[];

  /** @throws RangeError unless `classes` and every k are whole numbers >= 1. */
  constructor(classes: number, ks: readonly number[] = [1]) {
    requireWhole('classes', classes, 1, 'PerClassError');
    this.#classes = Array.from({ length: classes }, () => new TopKError(ks));
  }

  /** Counts a batch. If it throws, as `topKError` does, nothing of the batch is counted. */
  add(probabilities: Probabilities, labels: ArrayLike<number>): this {
    const classes = this.#classes.length;
    for (const { row, label } of rankLabels(probabilities, labels, { caller: 'PerClassError', classes })) {
      this.#errorsOf(label).add([row], [label]);
    }
    return this;
  }

  /**
   * Adds the counts of another. @throws TypeError if it is not a PerClassError, RangeError if its classes or
   * k differ.
   */
  merge(other: PerClassError): this {
    if (!(other instanceof PerClassError)) {
      throw new TypeError(`other must be a PerClassError (PerClassError), got ${describeValue(other)}.`);
    }
    if (other.#classes.length !== this.#classes.length) {
      throw new RangeError(
        `other must be of ${this.#classes.length} classes (PerClassError), got ${other.#classes.length}.`,
      );
    }
    this.#classes.forEach((errors, label) => {
      errors.merge(other.#errorsOf(label));
    });
    return this;
  }

  /** How many images of the class were added. */
  images(label: number): number {
    return this.#errorsOf(label).images;
  }

  /** The error of a class, 0 .. 1; NaN before its first image. */
  error(label: number, k = 1): number {
    return this.#errorsOf(label).error(k);
  }

  /** Wilson's 95% interval of {@link error}. */
  interval(label: number, k = 1): [low: number, high: number] {
    return this.#errorsOf(label).interval(k);
  }

  /**
   * At most `count` classes that have images, greatest error first; of equal errors the lower label first.
   */
  worst(count: number, k = 1): ClassError[] {
    requireWhole('count', count, 0, 'PerClassError.worst');
    return this.#classes
      .map((errors, label) => ({ label, error: errors.error(k), images: errors.images }))
      .filter(({ images }) => images > 0)
      .sort((a, b) => b.error - a.error || a.label - b.label)
      .slice(0, count);
  }

  toJSON(): PerClassErrorJson {
    return { classes: this.#classes.map((errors) => errors.toJSON()) };
  }

  /** The inverse of `toJSON`. @throws TypeError if the value does not have that form. */
  static fromJSON(json: PerClassErrorJson): PerClassError {
    const ksOf = (errors?: TopKErrorJson): string => Object.keys(errors?.wrong ?? {}).join();
    const { classes } = (json ?? {}) as Partial<PerClassErrorJson>;
    const [first] = Array.isArray(classes) ? classes : [];
    if (!classes || !first || !classes.every((errors) => ksOf(errors) === ksOf(first))) {
      throw new TypeError(
        `json must be {classes: [...]}, all of the same k (PerClassError), got ${describeValue(json)}.`,
      );
    }
    const read = new PerClassError(classes.length);
    classes.forEach((errors, label) => {
      read.#classes[label] = TopKError.fromJSON(errors);
    });
    return read;
  }

  #errorsOf(label: number): TopKError {
    const errors = this.#classes[label];
    if (errors === undefined) {
      throw new RangeError(
        `label must be in 0 .. ${this.#classes.length - 1} (PerClassError), got ${describeValue(label)}.`,
      );
    }
    return errors;
  }
}
