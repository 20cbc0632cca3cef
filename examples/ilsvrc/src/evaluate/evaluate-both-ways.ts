import type { PreparedData } from '@alexnet/imagenet-reader';
import type { ConfusionMatrix, PerClassError } from '@alexnet/topk-metrics';
import type * as tfl from '@tensorflow/tfjs-layers';
import { progress } from '../cli/progress.js';
import type { RunSettings } from '../run/run-settings.js';
import { chooseImages } from './choose-images.js';
import { type EvaluateOptions, type Evaluation, evaluateModel } from './evaluate-model.js';
import { Measures } from './measures.js';

/** A validation picture that the report shows, with what the net makes of it. */
interface ShownImage {
  index: number;
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
  const shown: ShownImage[] = [];
  const isShown = new Set(chooseImages(data, 'val', 8, seed));
  const evaluate = async (
    views: 1 | 10,
    sinks?: Pick<EvaluateOptions, 'measures' | 'onImage'>,
  ): Promise<Evaluation> => {
    const bar = progress(views === 1 ? 'one view ' : 'ten views', data.splits.val.images);
    const onProgress = (images: number): void => bar.update(images);
    try {
      return await evaluateModel(model, data, { views, augmentation, signal, onProgress, ...sinks });
    } finally {
      bar.stop();
    }
  };
  const one = await evaluate(1);
  const measures = new Measures(data.classes.length);
  const ten = await evaluate(10, {
    measures,
    onImage: (index, probabilities) => {
      if (isShown.has(index)) shown.push({ index, probabilities });
    },
  });
  return { results: [one, ten], shown, confusion: measures.confusion, errors: measures.perClass };
}
