import { Calibration, ConfusionMatrix, PerClassError, TopKError } from '@alexnet/topk-metrics';

type Interval = readonly [low: number, high: number];

/** The words of each class; undefined for a class that is not known. */
export type ClassNames = readonly ({ readonly words: string } | undefined)[];

/** A class and its top-1 error. */
interface WorstClass {
  label: number;
  /** Only if the classes are known. */
  words?: string;
  error: number;
  interval: Interval;
  images: number;
}

/** The images of one class that were taken for another. */
interface Confusion {
  label: number;
  words?: string;
  predicted: number;
  predictedWords?: string;
  count: number;
  /** The count as a share of the images of the class. */
  share: number;
}

/** The measurements of predictions. Errors and shares are fractions; intervals are 95% (Wilson). */
export interface Measured {
  top1Error: number;
  top1Interval: Interval;
  top5Error: number;
  top5Interval: Interval;
  images: number;
  expectedCalibrationError: number;
  worstClasses: readonly WorstClass[];
  confusions: readonly Confusion[];
}

/** The number of worst classes and pairs in the result. */
const WORST = 10;

/** Measures the predictions of one model, batch by batch. */
export class Measures {
  readonly #errors: TopKError = new TopKError([1, 5]);
  readonly #perClass: PerClassError;
  readonly #confusion: ConfusionMatrix;
  readonly #calibration: Calibration = new Calibration();

  constructor(classes: number) {
    this.#perClass = new PerClassError(classes);
    this.#confusion = new ConfusionMatrix(classes);
  }

  add(probabilities: ArrayLike<number>, labels: ArrayLike<number>): void {
    this.#errors.add(probabilities, labels);
    this.#perClass.add(probabilities, labels);
    this.#confusion.add(probabilities, labels);
    this.#calibration.add(probabilities, labels);
  }

  /** @param names The words of the classes, if they are known. */
  result(names: ClassNames | undefined): Measured {
    const errors = this.#errors;
    const words = (label: number): string | undefined => names?.[label]?.words;
    return {
      top1Error: errors.error(1),
      top1Interval: errors.interval(1),
      top5Error: errors.error(5),
      top5Interval: errors.interval(5),
      images: errors.images,
      expectedCalibrationError: this.#calibration.expectedError(),
      worstClasses: this.#perClass.worst(WORST).map(({ label, error, images }) => ({
        label,
        ...named('words', words(label)),
        error,
        interval: this.#perClass.interval(label),
        images,
      })),
      confusions: this.#confusion.worst(WORST).map(({ label, predicted, count, share }) => ({
        label,
        ...named('words', words(label)),
        predicted,
        ...named('predictedWords', words(predicted)),
        count,
        share,
      })),
    };
  }
}

function named<Key extends string>(key: Key, words: string | undefined): { [name in Key]?: string } {
  return (words === undefined ? {} : { [key]: words }) as { [name in Key]?: string };
}
