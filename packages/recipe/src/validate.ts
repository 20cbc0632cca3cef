import type { AugmentOptions, PreparedData } from '@alexnet/imagenet-reader';
import type { Validation } from '@alexnet/sgd-momentum-trainer';
import { TopKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';

/** A model, or anything else that predicts probabilities `[N, classes]` of images `[N, H, W, 3]`. */
export interface Predictor {
  predictOnBatch(xs: tf.Tensor): tf.Tensor | tf.Tensor[] | Promise<tf.Tensor>;
}

/** Options of {@link validate}. */
export interface ValidateOptions {
  /** How an image becomes an input; it must be one view an image. */
  augment: AugmentOptions;
  signal?: AbortSignal;
}

/** Images of one prediction. */
const BATCH = 120;

/**
 * The top-1 and top-5 error of a model on the validation images, one view of each.
 *
 * @throws RangeError if a probability is not a number, or the signal's reason.
 * @example
 * await validate(model, data, { augment: recipe.views(1) }); // { top1Error: 0.108, top5Error: 0.004 }
 */
export async function validate(
  model: Predictor,
  data: PreparedData,
  { augment, signal }: ValidateOptions,
): Promise<Validation> {
  const errors = new TopKError([1, 5]);
  const batches = data.rawBatches({
    split: 'val',
    batchSize: BATCH,
    augment,
    shuffle: false,
    dropRemainder: false,
    reuse: true,
    ...(signal && { signal }),
  });
  for await (const { pixels, shape, labels } of batches) {
    signal?.throwIfAborted();
    errors.add(await predict(model, pixels, shape), labels);
  }
  return { top1Error: errors.error(1), top5Error: errors.error(5) };
}

async function predict(
  model: Predictor,
  pixels: Float32Array,
  shape: [number, number, number, number],
): Promise<Float32Array> {
  const xs = tf.tensor4d(pixels, shape);
  const held: tf.Tensor[] = [xs];
  try {
    const probabilities = (await model.predictOnBatch(xs)) as tf.Tensor;
    held.push(probabilities);
    return await probabilities.data<'float32'>();
  } finally {
    tf.dispose(held);
  }
}
