import type { AugmentationSettings } from '@alexnet/alexnet-model';
import type { AugmentOptions, PreparedData, RawBatch, Split } from '@alexnet/imagenet-reader';
import { evaluationAugment } from '@alexnet/recipe';
import type * as tfl from '@tensorflow/tfjs-layers';
import { defined } from '../defined.js';
import { type Predictor, predictViews } from './predict-views.js';
import { cropOf, type ViewSet } from './view-set.js';

/** A trained model, and how its inputs are made. */
export interface TrainedModel<Model extends Predictor = tfl.LayersModel> {
  model: Model;
  augmentation: AugmentationSettings;
}

/** The predictions of one or more models for the same images. */
export interface PredictedBatch {
  /** Numbers of the images within the split. */
  indices: Uint32Array;
  /** One per image. */
  labels: Int32Array;
  /** Softmax outputs `[images, classes]` of each model, averaged over the views. */
  probabilities: readonly Float32Array[];
  /** Seconds that each model took. */
  seconds?: readonly number[];
}

/** The images to predict, and their views. */
export interface PredictOptions {
  split: Split;
  views: ViewSet;
  signal?: AbortSignal | undefined;
}

/** Rows per prediction: ten views of 12 images, or 120 images; more if a single image has more views. */
const ROWS = 120;

/** Predicts a split in its order, all models side by side, so that no predictions have to be kept. */
export async function* predictBatches(
  models: readonly TrainedModel<Predictor>[],
  data: PreparedData,
  { split, views, signal }: PredictOptions,
): AsyncGenerator<PredictedBatch> {
  const augments = models.map(({ augmentation }) => ({
    ...evaluationAugment(augmentation, 1),
    crop: cropOf(views, { imageSize: data.size, size: augmentation.cropSize }),
  }));
  const batchSize = Math.max(1, Math.floor(ROWS / views.count));
  const read = (augment: AugmentOptions): AsyncIterable<RawBatch> =>
    data.rawBatches({ split, batchSize, augment, shuffle: false, dropRemainder: false, reuse: true, ...defined({ signal }) }); // biome-ignore format: one line
  for await (const inputs of eachInput(augments, read)) {
    signal?.throwIfAborted();
    const probabilities: Float32Array[] = [];
    const seconds: number[] = [];
    for (const [n, { model }] of models.entries()) {
      const startedAt = performance.now();
      probabilities.push(await predictViews(model, inputs[n] as RawBatch, views.count));
      seconds.push((performance.now() - startedAt) / 1000);
    }
    const { indices, labels } = inputs[0] as RawBatch;
    yield { indices, labels: labels.filter((_, row) => row % views.count === 0), probabilities, seconds };
  }
}

/** The same batch for every model. Images are read once for all models with the same inputs. */
async function* eachInput(
  augments: readonly AugmentOptions[],
  read: (augment: AugmentOptions) => AsyncIterable<RawBatch>,
): AsyncGenerator<RawBatch[]> {
  const keys = augments.map((augment) => JSON.stringify(augment));
  const readers = new Map<string, AsyncIterator<RawBatch>>();
  keys.forEach((key, n) => {
    if (!readers.has(key)) readers.set(key, read(augments[n] as AugmentOptions)[Symbol.asyncIterator]());
  });
  try {
    for (;;) {
      const batches = new Map<string, RawBatch>();
      for (const [key, reader] of readers) {
        const next = await reader.next();
        if (next.done) return;
        batches.set(key, next.value);
      }
      yield keys.map((key) => batches.get(key) as RawBatch);
    }
  } finally {
    for (const reader of readers.values()) await reader.return?.();
  }
}
