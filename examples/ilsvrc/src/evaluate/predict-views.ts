import type { AugmentOptions, PreparedData, RawBatch, Split } from '@alexnet/imagenet-reader';
import { averageViews } from '@alexnet/ten-crop';
import * as tf from '@tensorflow/tfjs-core';

/** A model, or whatever else answers to a batch of images `[N, H, W, 3]` with `[N, units]`. */
export interface Predictor {
  predictOnBatch(xs: tf.Tensor): tf.Tensor | tf.Tensor[] | Promise<tf.Tensor>;
}

/** What a model answers to a batch, the rows of a picture's views averaged (sec. 4.1): `[pictures, units]`. */
export async function predictViews(
  model: Predictor,
  { pixels, shape }: Pick<RawBatch, 'pixels' | 'shape'>,
  views: number,
): Promise<Float32Array> {
  const xs = tf.tensor4d(pixels, shape);
  const held: tf.Tensor[] = [xs];
  try {
    const all = (await model.predictOnBatch(xs)) as tf.Tensor2D;
    held.push(all);
    const answers = views === 1 ? all : averageViews(all, views);
    held.push(answers);
    return await answers.data<'float32'>();
  } finally {
    tf.dispose(held);
  }
}

/** The views of one picture, without reading those before it. */
export async function viewsOfImage(
  data: PreparedData,
  split: Split,
  index: number,
  augment: AugmentOptions,
): Promise<RawBatch> {
  const alone = { batchSize: 1, startBatch: index, workers: 0, prefetch: 0 };
  const batches = data.rawBatches({ split, augment, shuffle: false, dropRemainder: false, ...alone });
  for await (const batch of batches) return batch;
  throw new RangeError(
    `index must be less than the ${data.splits[split].images} pictures of ${split}, got ${index}.`,
  );
}
