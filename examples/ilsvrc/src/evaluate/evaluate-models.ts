import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import * as tf from '@tensorflow/tfjs-core';
import { progress } from '../cli/progress.js';
import { type EvaluationRow, measurePredictions, type PredictionsSink } from './measure-predictions.js';
import { predictBatches, type TrainedModel } from './predict-batches.js';
import type { Predictor } from './predict-views.js';
import type { ViewSet } from './view-set.js';

/** The evaluation of a model, or of several as an ensemble. */
export interface ModelEvaluation extends EvaluationRow {
  split: Split;
  /** Number of views per image whose probabilities are averaged. */
  views: number;
  /** The name of these views: `1`, `10`, `3x3`. */
  crops: string;
  backend: string;
}

/** Options of {@link evaluateModels}. */
export interface EvaluateOptions {
  /** The names of the models. */
  names: readonly string[];
  /** Default `val`. */
  split?: Split;
  views: ViewSet;
  /** Seed of the halves on which ensemble weights are searched and measured; absent: no search. */
  searchSeed?: number | undefined;
  /** Receive the average of all models, or the predictions of the only one. */
  sinks?: readonly PredictionsSink[];
  /** The label of a progress bar; absent: no bar. */
  label?: string;
  signal: AbortSignal;
}

/**
 * Evaluates models side by side with one set of views: each alone and, if there are several, all as an
 * ensemble.
 */
export async function evaluateModels(
  models: readonly TrainedModel<Predictor>[],
  data: PreparedData,
  { names, split = 'val', views, searchSeed, sinks, label, signal }: EvaluateOptions,
): Promise<ModelEvaluation[]> {
  const { images } = data.splits[split];
  const bar = label === undefined ? undefined : progress(label, images);
  const backend = tf.getBackend();
  try {
    const rows = await measurePredictions(predictBatches(models, data, { split, views, signal }), {
      models: names,
      images,
      classes: data.classes.length,
      names: data.classes,
      searchSeed,
      sinks,
      onProgress: (done) => bar?.update(done),
    });
    const { count, name } = views;
    return rows.map(({ model, ...row }) => ({ model, split, views: count, crops: name, ...row, backend }));
  } finally {
    bar?.stop();
  }
}
