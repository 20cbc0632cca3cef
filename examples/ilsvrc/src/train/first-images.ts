import type { AugmentationSettings } from '@alexnet/alexnet-model';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { evaluationAugment } from '@alexnet/recipe';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The first validation images as inputs of the network, `[count, side, side, 3]`, or the first training images
 * of data that has none. They are the same in every epoch.
 */
export async function firstImages(
  data: PreparedData,
  augmentation: AugmentationSettings,
  count: number,
): Promise<tf.Tensor4D> {
  const augment = evaluationAugment(augmentation, 1);
  const split = data.splits.val.images > 0 ? 'val' : 'train';
  const batchSize = Math.min(count, data.splits[split].images);
  const oneBatch = { split, batchSize, augment, prefetch: 0, workers: 0 } as const; // starting a thread would take longer
  for await (const { pixels, shape } of data.rawBatches(oneBatch)) {
    return tf.tensor4d(pixels, shape);
  }
  throw new Error(`${data.path} has no images.`);
}
