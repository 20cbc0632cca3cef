import type { AugmentationSettings } from '@alexnet/alexnet-model';
import type { PreparedData } from '@alexnet/imagenet-reader';
import * as tf from '@tensorflow/tfjs-core';
import { Measures } from './measures.js';
import { predictBatches } from './predict-batches.js';
import type { Predictor } from './predict-views.js';
import { paperViews } from './view-set.js';

/** The errors of a model on the validation images, as fractions. */
export interface Evaluation {
  views: 1 | 10;
  top1Error: number;
  top5Error: number;
  images: number;
  seconds: number;
  backend: string;
}

/** Options of {@link evaluateModel}. */
export interface EvaluateOptions {
  views: 1 | 10;
  augmentation: AugmentationSettings;
  signal?: AbortSignal;
  /** Takes the predictions too: for what they confuse. */
  measures?: Measures;
  /** Called after each batch with the number of images done. */
  onProgress?: (images: number) => void;
  /** Called with the probabilities of each image. */
  onImage?: (index: number, probabilities: Float32Array) => void;
}

/** Evaluates with the central view or with ten, whose softmax outputs are averaged (sec. 4.1). */
export async function evaluateModel(
  model: Predictor,
  data: PreparedData,
  { views, augmentation, signal, measures, onProgress, onImage }: EvaluateOptions,
): Promise<Evaluation> {
  const begun = performance.now();
  const classes = data.classes.length;
  const all = measures ?? new Measures(classes);
  const options = { split: 'val', views: paperViews(views), signal } as const;
  for await (const batch of predictBatches([{ model, augmentation }], data, options)) {
    const { indices, labels } = batch;
    const probabilities = batch.probabilities[0] as Float32Array;
    all.add(probabilities, labels);
    indices.forEach((index, i) => {
      onImage?.(index, probabilities.slice(i * classes, (i + 1) * classes));
    });
    onProgress?.(all.errors.images);
  }
  return {
    views,
    top1Error: all.errors.error(1),
    top5Error: all.errors.error(5),
    images: all.errors.images,
    seconds: (performance.now() - begun) / 1000,
    backend: tf.getBackend(),
  };
}
