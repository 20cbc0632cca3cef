import { describeValue, requireKnownOptions, requireWhole } from '@alexnet/validate';
import { type Rank, rankLabels } from './rank-labels.js';
import type { Probabilities } from './rows.js';
import { TopKError, type TopKErrorJson } from './top-k-error.js';

/** The images whose largest probability lies in `low < p <= high`. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly images: number;
  /** The mean of the largest probability, 0 .. 1; NaN if there is no image. */
  readonly confidence: number;
  /**
   * The share of images whose most probable label is the true one, 0 .. 1, where a tie counts in part; NaN if
   * there is no image.
   */
  readonly accuracy: number;
}

/**
 * The JSON form of {@link Calibration}: for each bin, its errors and the sum of confidences times 2^53.
 */
export interface CalibrationJson {
  readonly bins: readonly { readonly errors: TopKErrorJson; readonly confidence: string }[];
}

interface Bin {
  errors: TopKError;
  /** The sum of confidences in units of 2^-53. */
  confidence: bigint;
}

/** Confidences are added as whole multiples of 2^-53, so the order of the additions does not matter. */
const UNIT = 2 ** 53;

/**
 * Measures whether a network is right as often as its probabilities say. Images are sorted into bins of equal
 * width by their largest probability, and each bin's accuracy is compared with its mean confidence.
 *
 *     expectedError = sum over bins of images / all * |accuracy - confidence|
 *
 * Batches and merges in any order give bit-identical results.
 *
 * @see Guo et al. 2017, 'On calibration of modern neural networks', sec. 2
 * @example
 * const calibration = new Calibration({ bins: 15 }).add(probabilities, labels);
 * console.log(calibration.expectedError(), calibration.bins());
 */
export class Calibration {
  readonly #bins: Bin[];

  /** @throws RangeError unless `bins` is a whole number >= 1. */
  constructor(options: { bins?: number } = {}) {
    requireKnownOptions(options, ['bins'], 'Calibration');
    const { bins = 15 } = options;
    requireWhole('bins', bins, 1, 'Calibration');
    this.#bins = Array.from({ length: bins }, () => ({ errors: new TopKError([1]), confidence: 0n }));
  }

  /** How many images were added. */
  get images(): number {
    return this.#bins.reduce((sum, { errors }) => sum + errors.images, 0);
  }

  /**
   * Counts a batch of softmax outputs.
   *
   * @throws RangeError as `topKError` does, or if a largest probability is not in 0 .. 1. Then no image of
   *   the batch is counted.
   */
  add(probabilities: Probabilities, labels: ArrayLike<number>): this {
    const { images: firstImage } = this;
    const ranks = rankLabels(probabilities, labels, { caller: 'Calibration', firstImage });
    const confidences = ranks.map((rank, i) => confidenceOf(rank, firstImage + i));
    ranks.forEach(({ row, label }, i) => {
      const confidence = confidences[i] as number;
      const bin = this.#binOf(confidence);
      bin.errors.add([row], [label]);
      bin.confidence += BigInt(Math.round(confidence * UNIT));
    });
    return this;
  }

  /**
   * Adds the counts of another. @throws TypeError if it is not a Calibration, RangeError if its number of
   * bins differs.
   */
  merge(other: Calibration): this {
    if (!(other instanceof Calibration)) {
      throw new TypeError(`other must be a Calibration (Calibration), got ${describeValue(other)}.`);
    }
    if (other.#bins.length !== this.#bins.length) {
      throw new RangeError(
        `other must have ${this.#bins.length} bins (Calibration), got ${other.#bins.length}.`,
      );
    }
    other.#bins.forEach(({ errors, confidence }, i) => {
      const bin = this.#bins[i] as Bin;
      bin.errors.merge(errors);
      bin.confidence += confidence;
    });
    return this;
  }

  /** The bins of a reliability diagram, lowest confidence first. */
  bins(): ReliabilityBin[] {
    return this.#bins.map(({ errors, confidence }, i, { length }) => ({
      low: i / length,
      high: (i + 1) / length,
      images: errors.images,
      confidence: Number(confidence) / UNIT / errors.images,
      accuracy: 1 - errors.error(1),
    }));
  }

  /** The expected calibration error (ECE), 0 .. 1; NaN before the first image. */
  expectedError(): number {
    const gaps = this.bins().map(({ images, accuracy, confidence }) =>
      images === 0 ? 0 : images * Math.abs(accuracy - confidence),
    );
    return gaps.reduce((sum, gap) => sum + gap, 0) / this.images;
  }

  toJSON(): CalibrationJson {
    return {
      bins: this.#bins.map(({ errors, confidence }) => ({
        errors: errors.toJSON(),
        confidence: String(confidence),
      })),
    };
  }

  /** The inverse of `toJSON`. @throws TypeError if the value does not have that form. */
  static fromJSON(json: CalibrationJson): Calibration {
    const fits = (bin: Partial<CalibrationJson['bins'][number]>): boolean =>
      typeof bin?.confidence === 'string' && /^\d+$/.test(bin.confidence);
    if (!Array.isArray(json?.bins) || !json.bins.every(fits)) {
      throw new TypeError(
        `json must be {bins: [{errors, confidence: digits}, ...]} (Calibration), got ${describeValue(json)}.`,
      );
    }
    const read = new Calibration({ bins: json.bins.length });
    json.bins.forEach(({ errors, confidence }, i) => {
      read.#bins[i] = { errors: TopKError.fromJSON(errors), confidence: BigInt(confidence) };
    });
    return read;
  }

  #binOf(confidence: number): Bin {
    const { length } = this.#bins;
    let at = Math.max(Math.ceil(confidence * length) - 1, 0);
    // confidence * length may have been rounded across an edge
    if (confidence > (at + 1) / length) at++;
    else if (at > 0 && confidence <= at / length) at--;
    return this.#bins[at] as Bin;
  }
}

function confidenceOf({ row, predicted }: Rank, image: number): number {
  const confidence = row[predicted] as number;
  if (confidence < 0 || confidence > 1) {
    throw new RangeError(
      `probabilities must be in 0 .. 1 (Calibration), got ${confidence} for image ${image}, label ${predicted}.`,
    );
  }
  return confidence;
}
