import type { ImageClass } from '@alexnet/imagenet-reader';
import { type Measured, Measures } from './measures.js';
import type { PredictedBatch } from './predict-batches.js';
import { averageOf, SearchHalves } from './search-halves.js';

/** A line of an evaluation: one model, or several as an ensemble. */
export interface EvaluationRow extends Measured {
  /** The run or file; `average`, or `searched average`, of all. */
  model: string;
  /** Of an ensemble, one a model. */
  weights?: readonly number[];
  /** The pictures that the weights were not searched on. */
  isOtherHalf?: true;
  /** What the predictions would have taken without those of the other models. */
  seconds?: number;
}

/** Takes predictions as they are made. */
export interface PredictionsSink {
  add(indices: Uint32Array, labels: Int32Array, probabilities: Float32Array): Promise<void> | void;
}

/** Options of {@link measurePredictions}. */
export interface MeasureOptions {
  /** What the models are called. */
  models: readonly string[];
  images: number;
  classes: number;
  /** The classes, where they are known. */
  names?: readonly ImageClass[] | undefined;
  /** Seed of the halves on which weights are searched and measured; absent: none are searched. */
  searchSeed?: number | undefined;
  /** Take the average of all models, or the only one's predictions. */
  sinks?: readonly PredictionsSink[] | undefined;
  onProgress?: (images: number) => void;
}

/** Measures each model, and several as an ensemble of equal weights; holds predictions only to search other weights. */
export async function measurePredictions(
  batches: AsyncIterable<PredictedBatch>,
  { models, images, classes, names, searchSeed, sinks = [], onProgress }: MeasureOptions,
): Promise<EvaluationRow[]> {
  const each = models.map(() => new Measures(classes));
  const together = models.length > 1 ? new Measures(classes) : undefined;
  const halves =
    searchSeed === undefined ? undefined : new SearchHalves(models.length, images, classes, searchSeed);
  const times = new Times();
  let done = 0;
  for await (const batch of batches) {
    const { indices, labels, probabilities, seconds } = batch;
    probabilities.forEach((rows, m) => {
      each[m]?.add(rows, labels);
    });
    const combined = together ? averageOf(probabilities) : (probabilities[0] as Float32Array);
    together?.add(combined, labels);
    halves?.add(batch);
    for (const sink of sinks) await sink.add(indices, labels, combined);
    if (seconds) times.add(seconds);
    done += labels.length;
    onProgress?.(done);
  }
  const rows: EvaluationRow[] = each.map((measures, m) => ({
    model: models[m] as string,
    ...measures.result(names),
    ...times.without(models.flatMap((_, other) => (other === m ? [] : [other]))),
  }));
  if (!together) return rows;
  const weights = models.map(() => 1 / models.length);
  rows.push({ model: 'average', ...together.result(names), weights, ...times.without([]) });
  if (!halves) return rows;
  const { equal, searched } = halves.results(names);
  return [
    ...rows,
    { model: 'average', ...equal, isOtherHalf: true },
    { model: 'searched average', ...searched, isOtherHalf: true },
  ];
}

/** How long it took, where that is known of every model. */
class Times {
  readonly #begun: number = performance.now();
  #spent: number[] = [];
  #end: number = Number.NaN;

  /** Seconds of each model for a batch. */
  add(seconds: readonly number[]): void {
    this.#spent = seconds.map((of, m) => of + (this.#spent[m] ?? 0));
    this.#end = performance.now();
  }

  /** All the time but that of some models; nothing, if none is known. */
  without(models: readonly number[]): { seconds?: number } {
    if (this.#spent.length === 0) return {};
    const others = models.reduce((sum, m) => sum + (this.#spent[m] as number), 0);
    return { seconds: (this.#end - this.#begun) / 1000 - others };
  }
}
