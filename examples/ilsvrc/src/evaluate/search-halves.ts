import { permutation, randomStream } from '@alexnet/random';
import { averagePredictions, searchWeights } from '@alexnet/topk-metrics';
import { defined } from '../defined.js';
import { type ClassNames, type Measured, Measures } from './measures.js';
import type { PredictedBatch } from './predict-batches.js';

/** The first key of the random stream that splits the images. */
const HALVES = 9;
/** Images that are averaged at a time. */
const CHUNK = 1024;

/** All predictions for one half of the images: `[models][images * classes]`. */
interface Held {
  readonly probabilities: Float32Array[];
  readonly labels: Int32Array;
  count: number;
}

/** An ensemble, measured on the half of the images that its weights were not searched on. */
export interface WeightedResult extends Measured {
  weights: readonly number[];
}

/**
 * Searches the weights of an ensemble on one half of the images and measures them on the other, because the
 * error on the searched half would be too low. The seed determines the halves. Keeps every prediction in
 * memory.
 */
export class SearchHalves {
  readonly #isSearched: Uint8Array;
  readonly #searched: Held;
  readonly #reported: Held;
  readonly #classes: number;

  constructor(models: number, images: number, classes: number, seed: number) {
    this.#classes = classes;
    this.#isSearched = new Uint8Array(images);
    const half = Math.floor(images / 2);
    for (const image of permutation(images, randomStream(seed, HALVES)).subarray(0, half)) {
      this.#isSearched[image] = 1;
    }
    const held = (count: number): Held => ({
      probabilities: Array.from({ length: models }, () => new Float32Array(count * classes)),
      labels: new Int32Array(count),
      count: 0,
    });
    this.#searched = held(half);
    this.#reported = held(images - half);
  }

  add({ indices, labels, probabilities }: PredictedBatch): void {
    const classes = this.#classes;
    indices.forEach((index, i) => {
      const held = this.#isSearched[index] ? this.#searched : this.#reported;
      probabilities.forEach((rows, m) => {
        held.probabilities[m]?.set(rows.subarray(i * classes, (i + 1) * classes), held.count * classes);
      });
      held.labels[held.count++] = labels[i] as number;
    });
  }

  /**
   * The errors on the other half with equal weights, and with the best weights of the searched half (top-1).
   */
  results(names: ClassNames | undefined): { equal: WeightedResult; searched: WeightedResult } {
    const { probabilities, labels } = this.#searched;
    const { weights } = searchWeights(probabilities, labels);
    const even = probabilities.map(() => 1 / probabilities.length);
    return { equal: this.#measure(even, names), searched: this.#measure(weights, names) };
  }

  #measure(weights: readonly number[], names: ClassNames | undefined): WeightedResult {
    const { probabilities, labels, count } = this.#reported;
    const measures = new Measures(this.#classes);
    for (let first = 0; first < count; first += CHUNK) {
      const [from, to] = [first * this.#classes, Math.min(count, first + CHUNK) * this.#classes];
      measures.add(
        averageOf(probabilities.map((rows) => rows.subarray(from, to)), weights),
        labels.subarray(first, first + CHUNK),
      ); // biome-ignore format: two arguments
    }
    return { ...measures.result(names), weights };
  }
}

/**
 * The average of the models in float32, as in a predictions file, so that measuring the file gives the same
 * numbers.
 */
export function averageOf(probabilities: readonly Float32Array[], weights?: readonly number[]): Float32Array {
  return Float32Array.from(averagePredictions(probabilities, defined({ weights })));
}
