import type { ImageClass } from '@alexnet/imagenet-reader';
import { permutation, randomStream } from '@alexnet/random';
import { averagePredictions, searchWeights } from '@alexnet/topk-metrics';
import { type Measured, Measures } from './measures.js';
import type { PredictedBatch } from './predict-batches.js';

/** First key of the stream that parts the pictures. */
const HALVES = 9;
/** Pictures whose average is made at a time. */
const CHUNK = 1024;

/** Predictions of some pictures, all held: `[models][pictures * classes]`. */
interface Held {
  readonly probabilities: Float32Array[];
  readonly labels: Int32Array;
  count: number;
}

/** An ensemble measured on the half of the pictures on which its weights were not searched. */
export interface WeightedResult extends Measured {
  weights: readonly number[];
}

/**
 * Weights of an ensemble, searched on one half of the pictures and measured on the other: errors on the pictures they were
 * searched on would flatter them. Which half is which follows from the seed. Holds every prediction.
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

  /** The other half's errors with equal weights, and with those that were best of the searched half (top-1). */
  results(names: readonly ImageClass[] | undefined): { equal: WeightedResult; searched: WeightedResult } {
    const { probabilities, labels } = this.#searched;
    const { weights } = searchWeights(probabilities, labels);
    const even = probabilities.map(() => 1 / probabilities.length);
    return { equal: this.#measure(even, names), searched: this.#measure(weights, names) };
  }

  #measure(weights: readonly number[], names: readonly ImageClass[] | undefined): WeightedResult {
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

/** The models' mean in float32, as a predictions file holds it: measured again from the file, it gives the same. */
export function averageOf(probabilities: readonly Float32Array[], weights?: readonly number[]): Float32Array {
  return Float32Array.from(averagePredictions(probabilities, { ...(weights && { weights }) }));
}
