import type { AugmentOptions, PreparedData, RawBatch, Split } from '@alexnet/imagenet-reader';
import { averageViews } from '@alexnet/ten-crop';
import * as tf from '@tensorflow/tfjs-core';

/** A model, or anything else that maps a batch of images `[N, H, W, 3]` to `[N, units]`. */
export interface Predictor {
  predictOnBatch(xs: tf.Tensor): tf.Tensor | tf.Tensor[] | Promise<tf.Tensor>;
}

/**
 * The outputs of a model for a batch, averaged over the views of each image (sec. 4.1): `[images, units]`.
 */
export async function predictViews(
  model: Predictor,
  { pixels, shape }: Pick<RawBatch, 'pixels' | 'shape'>,
  views: number,
): Promise<Float32Array> {
  const xs = tf.tensor4d(pixels, shape);
  const tensors: tf.Tensor[] = [xs];
  try {
    const all = (await model.predictOnBatch(xs)) as tf.Tensor2D;
    tensors.push(all);
    const averages = views === 1 ? all : averageViews(all, views);
    tensors.push(averages);
    return await averages.data<'float32'>();
  } finally {
    tf.dispose(tensors);
  }
}

/** The views of one image. The images before it are not read. */
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
    `index must be less than the number of ${split} images, ${data.splits[split].images} (viewsOfImage), got ${index}.`,
  );
}
