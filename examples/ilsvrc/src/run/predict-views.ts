import type { AugmentOptions, PreparedData, RawBatch, Split } from '@alexnet/imagenet-reader';
import { averageViews } from '@alexnet/ten-crop';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** What a model answers to a batch, the rows of a picture's views averaged (sec. 4.1): `[pictures, units]`. */
export async function predictViews(
  model: tfl.LayersModel,
  { pixels, shape }: Pick<RawBatch, 'pixels' | 'shape'>,
  views: number,
): Promise<Float32Array> {
  const answers = tf.tidy(() => {
    const all = model.predictOnBatch(tf.tensor4d(pixels, shape)) as tf.Tensor2D;
    return views === 1 ? all : averageViews(all, views);
  });
  try {
    return await answers.data<'float32'>();
  } finally {
    answers.dispose();
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
