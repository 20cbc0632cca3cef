import type { PreparedData } from '@alexnet/imagenet-reader';
import { ConfusionMatrix, PerClassError } from '@alexnet/topk-metrics';
import type * as tfl from '@tensorflow/tfjs-layers';
import { progress } from '../cli/progress.js';
import { chooseImages } from './choose-images.js';
import { type Evaluation, evaluateModel } from './evaluate-model.js';
import type { RunSettings } from './run-settings.js';

/** A validation picture that the report shows, with what the net makes of it. */
export interface ShownImage {
  index: number;
  label: number;
  probabilities: Float32Array;
}

/** What both evaluations gave: their errors, and of the ten views what the report shows. */
export interface BothWays {
  results: Evaluation[];
  shown: ShownImage[];
  confusion: ConfusionMatrix;
  errors: PerClassError;
}

/** Evaluates with one view and with ten; keeps the ten-view answers for the pictures that the report shows. */
export async function evaluateBothWays(
  model: tfl.LayersModel,
  data: PreparedData,
  { augmentation, seed }: RunSettings,
  signal: AbortSignal,
): Promise<BothWays> {
  const results: Evaluation[] = [];
  const shown: ShownImage[] = [];
  const confusion = new ConfusionMatrix(data.classes.length);
  const errors = new PerClassError(data.classes.length);
  const isShown = new Set(chooseImages(data, 'val', 8, seed));
  for (const views of [1, 10] as const) {
    const bar = progress(views === 1 ? 'one view ' : 'ten views', data.splits.val.images);
    try {
      const evaluation = await evaluateModel(model, data, {
        views,
        augmentation,
        signal,
        onProgress: (images) => bar.update(images),
        onImage: (index, probabilities, label) => {
          if (views !== 10) return;
          confusion.add([probabilities], [label]);
          errors.add([probabilities], [label]);
          if (isShown.has(index)) shown.push({ index, label, probabilities });
        },
      });
      results.push(evaluation);
    } finally {
      bar.stop();
    }
  }
  return { results, shown, confusion, errors };
}
