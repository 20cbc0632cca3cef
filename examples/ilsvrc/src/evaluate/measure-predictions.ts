import { type ClassNames, type Measured, Measures } from './measures.js';
import type { PredictedBatch } from './predict-batches.js';
import { averageOf, SearchHalves } from './search-halves.js';

/** The evaluation of one model, or of several as an ensemble. */
export interface EvaluationRow extends Measured {
  /** The run or file; for an ensemble `average` or `searched average`. */
  model: string;
  /** The weights of an ensemble, one per model. */
  weights?: readonly number[];
  /** The row is measured on the half of the images that the weights were not searched on. */
  isOtherHalf?: true;
  /** The time of the predictions, without the time of the other models. */
  seconds?: number;
}

/** Receives predictions as they are made. */
export interface PredictionsSink {
  add(indices: Uint32Array, labels: Int32Array, probabilities: Float32Array): Promise<void> | void;
}

/** Options of {@link measurePredictions}. */
export interface MeasureOptions {
  /** The names of the models. */
  models: readonly string[];
  images: number;
  classes: number;
  /** The classes, if they are known. */
  names?: ClassNames | undefined;
  /** Seed of the halves on which ensemble weights are searched and measured; absent: no search. */
  searchSeed?: number | undefined;
  /** Receive the average of all models, or the predictions of the only one. */
  sinks?: readonly PredictionsSink[] | undefined;
  onProgress?: (images: number) => void;
}

/**
 * Measures each model and, if there are several, their ensemble with equal weights. Predictions are kept in
 * memory only if other weights are searched.
 */
export async function measurePredictions(
  batches: AsyncIterable<PredictedBatch>,
  { models, images, classes, names, searchSeed, sinks = [], onProgress }: MeasureOptions,
): Promise<EvaluationRow[]> {
  const each = models.map(() => new Measures(classes));
  const ensemble = models.length > 1 ? new Measures(classes) : undefined;
  const halves =
    searchSeed === undefined ? undefined : new SearchHalves(models.length, images, classes, searchSeed);
  const times = new Times();
  let done = 0;
  for await (const batch of batches) {
    const { indices, labels, probabilities, seconds } = batch;
    probabilities.forEach((rows, m) => {
      each[m]?.add(rows, labels);
    });
    const combined = ensemble ? averageOf(probabilities) : (probabilities[0] as Float32Array);
    ensemble?.add(combined, labels);
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
  if (!ensemble) return rows;
  const weights = models.map(() => 1 / models.length);
  rows.push({ model: 'average', ...ensemble.result(names), weights, ...times.without([]) });
  if (!halves) return rows;
  const { equal, searched } = halves.results(names);
  return [
    ...rows,
    { model: 'average', ...equal, isOtherHalf: true },
    { model: 'searched average', ...searched, isOtherHalf: true },
  ];
}

/** The time of predictions, if it is known for every model. */
class Times {
  readonly #startedAt: number = performance.now();
  #spent: number[] = [];
  #end: number = Number.NaN;

  /** Adds the seconds that each model took for a batch. */
  add(seconds: readonly number[]): void {
    this.#spent = seconds.map((taken, m) => taken + (this.#spent[m] ?? 0));
    this.#end = performance.now();
  }

  /** The whole time without the time of some models; absent if it is not known. */
  without(models: readonly number[]): { seconds?: number } {
    if (this.#spent.length === 0) return {};
    const others = models.reduce((sum, m) => sum + (this.#spent[m] as number), 0);
    return { seconds: (this.#end - this.#startedAt) / 1000 - others };
  }
}
