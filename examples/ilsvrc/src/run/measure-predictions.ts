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
  add(indices: Uint32Array, labels: Int32Array, probabilities: Float32Array): Promise<void>;
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
  sinks?: readonly PredictionsSink[];
  onProgress?: (images: number) => void;
}

/** Measures each model, and several as an ensemble of equal weights; holds predictions only to search other weights. */
export async function measurePredictions(
  batches: AsyncIterable<PredictedBatch>,
  { models, images, classes, names, searchSeed, sinks = [], onProgress }: MeasureOptions,
): Promise<EvaluationRow[]> {
  const begun = performance.now();
  const isEnsemble = models.length > 1;
  const each = models.map(() => new Measures(classes));
  const together = new Measures(classes);
  const halves =
    searchSeed === undefined ? undefined : new SearchHalves(models.length, images, classes, searchSeed);
  const spent = models.map(() => 0);
  let isTimed = false;
  let done = 0;
  for await (const batch of batches) {
    const { indices, labels, probabilities, seconds } = batch;
    probabilities.forEach((rows, m) => {
      each[m]?.add(rows, labels);
      spent[m] = (spent[m] ?? 0) + (seconds?.[m] ?? 0);
    });
    isTimed = seconds !== undefined;
    const combined = isEnsemble ? averageOf(probabilities) : (probabilities[0] as Float32Array);
    if (isEnsemble) together.add(combined, labels);
    halves?.add(batch);
    for (const sink of sinks) await sink.add(indices, labels, combined);
    done += labels.length;
    onProgress?.(done);
  }
  const wall = (performance.now() - begun) / 1000;
  const all = spent.reduce((sum, of) => sum + of, 0);
  const timed = (seconds: number): { seconds?: number } => (isTimed ? { seconds } : {});
  const rows: EvaluationRow[] = each.map((measures, m) => ({
    model: models[m] as string,
    ...measures.result(names),
    ...timed(wall - all + (spent[m] as number)),
  }));
  if (!isEnsemble) return rows;
  const weights = models.map(() => 1 / models.length);
  rows.push({ model: 'average', ...together.result(names), weights, ...timed(wall) });
  if (!halves) return rows;
  const { equal, searched } = halves.results(names);
  rows.push({ model: 'average', ...equal, isOtherHalf: true });
  rows.push({ model: 'searched average', ...searched, isOtherHalf: true });
  return rows;
}
