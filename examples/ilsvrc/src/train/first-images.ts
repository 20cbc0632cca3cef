import type { AugmentationSettings } from '@alexnet/alexnet-model';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { evaluationAugment } from '@alexnet/recipe';
import * as tf from '@tensorflow/tfjs-core';

/** The first validation pictures as the net takes them, `[count, side, side, 3]`: the same ones for every epoch. */
export async function firstPictures(
  data: PreparedData,
  augmentation: AugmentationSettings,
  count: number,
): Promise<tf.Tensor4D> {
  const augment = evaluationAugment(augmentation, 1);
  const batchSize = Math.min(count, data.splits.val.images);
  const oneBatch = { split: 'val', batchSize, augment, prefetch: 0, workers: 0 } as const; // a thread takes longer to start
  for await (const { pixels, shape } of data.rawBatches(oneBatch)) {
    return tf.tensor4d(pixels, shape);
  }
  throw new Error('the data holds no validation picture.');
}
