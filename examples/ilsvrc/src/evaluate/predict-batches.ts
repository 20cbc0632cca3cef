import type { AugmentationSettings } from '@alexnet/alexnet-model';
import type { AugmentOptions, PreparedData, RawBatch, Split } from '@alexnet/imagenet-reader';
import { evaluationAugment } from '@alexnet/recipe';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type Predictor, predictViews } from './predict-views.js';
import { cropOf, type ViewSet } from './view-set.js';

/** A net, and how its inputs are made. */
export interface Net<Model extends Predictor = tfl.LayersModel> {
  model: Model;
  augmentation: AugmentationSettings;
}

/** What one or more models make of the same pictures. */
export interface PredictedBatch {
  /** Numbers of the pictures within the split. */
  indices: Uint32Array;
  /** One a picture. */
  labels: Int32Array;
  /** `[pictures, classes]` of each model: softmax outputs, views averaged. */
  probabilities: readonly Float32Array[];
  /** Seconds that each model took for them. */
  seconds?: readonly number[];
}

/** Which pictures, and how they are looked at. */
export interface PredictOptions {
  split: Split;
  views: ViewSet;
  signal?: AbortSignal | undefined;
}

/** Rows of one prediction: ten views of 12 images, or 120 images; more where one image has more views. */
const ROWS = 120;

/** Predicts a split in its order, every net side by side, so that nothing needs to be held. */
export async function* predictBatches(
  nets: readonly Net<Predictor>[],
  data: PreparedData,
  { split, views, signal }: PredictOptions,
): AsyncGenerator<PredictedBatch> {
  const augments = nets.map(({ augmentation }) => ({
    ...evaluationAugment(augmentation, 1),
    crop: cropOf(views, { imageSize: data.size, size: augmentation.cropSize }),
  }));
  const batchSize = Math.max(1, Math.floor(ROWS / views.count));
  const read = (augment: AugmentOptions): AsyncIterable<RawBatch> =>
    data.rawBatches({ split, batchSize, augment, shuffle: false, dropRemainder: false, reuse: true, ...(signal && { signal }) }); // biome-ignore format: one line
  for await (const inputs of eachInput(augments, read)) {
    signal?.throwIfAborted();
    const probabilities: Float32Array[] = [];
    const seconds: number[] = [];
    for (const [n, { model }] of nets.entries()) {
      const begun = performance.now();
      probabilities.push(await predictViews(model, inputs[n] as RawBatch, views.count));
      seconds.push((performance.now() - begun) / 1000);
    }
    const { indices, labels } = inputs[0] as RawBatch;
    yield { indices, labels: labels.filter((_, row) => row % views.count === 0), probabilities, seconds };
  }
}

/** The same batch for every net; pictures are read once for all nets that take the same inputs. */
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
