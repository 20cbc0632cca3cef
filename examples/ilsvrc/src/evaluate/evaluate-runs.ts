import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import * as tf from '@tensorflow/tfjs-core';
import { progress } from '../cli/progress.js';
import { type OutputFiles, withOutputs } from './evaluation-outputs.js';
import type { EvaluationResult } from './evaluation-report.js';
import { measurePredictions } from './measure-predictions.js';
import { type Net, predictBatches } from './predict-batches.js';
import type { ViewSet } from './view-set.js';

/** What is evaluated, and how. */
export interface EvaluateRunsOptions {
  /** What the nets are called. */
  models: readonly string[];
  split: Split;
  views: readonly ViewSet[];
  searchSeed: number | undefined;
  outputs: OutputFiles;
  signal: AbortSignal;
}

/** Evaluates nets side by side, each alone and all as an ensemble, with one set of views after another. */
export async function evaluateRuns(
  nets: readonly Net[],
  data: PreparedData,
  { models, split, views, searchSeed, outputs, signal }: EvaluateRunsOptions,
): Promise<EvaluationResult[]> {
  const { images } = data.splits[split];
  const classes = data.classes.length;
  const backend = tf.getBackend();
  const results: EvaluationResult[] = [];
  for (const set of views) {
    const bar = progress(`views ${set.name}`, images);
    try {
      const batches = predictBatches(nets, data, { split, views: set, signal });
      const rows = await withOutputs(outputs, { images, classes }, (sinks) =>
        measurePredictions(batches, {
          models,
          images,
          classes,
          names: data.classes,
          searchSeed,
          sinks,
          onProgress: (done) => bar.update(done),
        }),
      );
      const { count, name } = set;
      results.push(
        ...rows.map(({ model, ...row }) => ({ model, split, views: count, crops: name, ...row, backend })),
      );
    } finally {
      bar.stop();
    }
  }
  return results;
}
