import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** A batch: images `[N, H, W, 3]` and one-hot labels `[N, classes]`. */
export interface Batch {
  xs: tf.Tensor;
  ys: tf.Tensor;
}

/** What one step measured on its batch, before the update. */
export interface StepResult {
  /** Mean cross-entropy over the batch, in nats, plus the model's own regularization. */
  loss: number;
  /** How many images have their true label ranked first, and among the first five; a tie counts in part. */
  correct: number;
  correctTop5: number;
  /** What each device did besides computing, if the step was taken on several. */
  devices?: readonly DeviceStep[];
}

/** What a device did in a step besides computing. */
export interface DeviceStep {
  /** Bytes that it sent. */
  sentBytes: number;
  /** Seconds that it spent sending and receiving. */
  exchangeSeconds: number;
  /** Seconds that it waited for another device. */
  waitSeconds: number;
}

/** Options of {@link trainStep}. */
export interface StepOptions {
  /** Rows that pass through the network at a time; their gradients are summed before the update. */
  microBatchSize?: number | undefined;
  /**
   * Called with the result before anything is updated; if it throws, weights and velocities stay as they are.
   */
  check?: (result: StepResult) => void;
}

/**
 * Takes one step: the gradient of the batch's mean loss, then the optimizer's update of the trainable
 * weights.
 */
export async function trainStep(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  optimizer: tf.Optimizer,
  batch: Batch,
  { microBatchSize = Number.POSITIVE_INFINITY, check }: StepOptions = {},
): Promise<StepResult> {
  const { measured, gradients } = tf.tidy(() => batchGradients(model, logits, batch, microBatchSize));
  try {
    // not dataSync, because the values of a GPU can only be awaited
    const [loss, correct, correctTop5] = await measured.data<'float32'>();
    const result = { loss, correct, correctTop5 } as StepResult;
    check?.(result);
    optimizer.applyGradients(gradients);
    return result;
  } finally {
    tf.dispose([measured, gradients]);
  }
}

/** Loss and numbers of correct images, `[3]`, and the gradients by the variables' names. */
interface Gradients extends tf.TensorContainerObject {
  measured: tf.Tensor;
  gradients: tf.NamedTensorMap;
}

/** The gradients of the whole batch's mean loss, whatever the size of the micro-batches. */
function batchGradients(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  batch: Batch,
  microBatchSize: number,
): Gradients {
  const rows = batch.xs.shape[0] ?? 0;
  if (microBatchSize >= rows) return weightedGradients(model, logits, batch, 1);
  const gradientsFrom = (begin: number): Gradients =>
    tf.tidy(() => {
      const size = Math.min(microBatchSize, rows - begin);
      const piece = { xs: tf.slice(batch.xs, [begin], [size]), ys: tf.slice(batch.ys, [begin], [size]) };
      return weightedGradients(model, logits, piece, size / rows);
    });
  let sum = gradientsFrom(0);
  for (let begin = microBatchSize; begin < rows; begin += microBatchSize)
    sum = add(sum, gradientsFrom(begin));
  return sum;
}

/** The gradients of `weight` times the mean loss of a batch. */
function weightedGradients(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  { xs, ys }: Batch,
  weight: number,
): Gradients {
  const variables = model.trainableWeights.map((variable) => variable.read() as tf.Variable);
  let correct: tf.Tensor[] = [];
  const { value, grads } = tf.variableGrads(() => {
    const z = logits.apply(xs, { training: true }) as tf.Tensor2D;
    correct = imagesRight(z, ys as tf.Tensor2D, [1, 5]);
    const loss = tf.losses.softmaxCrossEntropy(ys, z) as tf.Scalar;
    const total = logits.calculateLosses().reduce<tf.Scalar>((sum, penalty) => tf.add(sum, penalty), loss);
    return weight === 1 ? total : tf.mul(total, weight);
  }, variables);
  const measured = tf.stack([value, ...correct]);
  tf.dispose(correct); // imagesRight keeps them beyond the tape
  return { measured, gradients: grads };
}

/**
 * For each k, counts the images whose true label is among the k most probable. If e labels share its
 * probability and g labels are more probable, it counts as min(max((k - g) / e, 0), 1), as in the original
 * program.
 */
export function imagesRight(z: tf.Tensor2D, ys: tf.Tensor2D, ks: number[]): tf.Tensor[] {
  return tf.tidy(() => {
    const labelled = tf.sum(tf.mul(z, ys), 1, true); // [N, 1]
    const above = tf.sum(tf.cast(tf.greater(z, labelled), 'float32'), 1); // [N]
    const equal = tf.sum(tf.cast(tf.equal(z, labelled), 'float32'), 1);
    return ks.map((k) => tf.keep(tf.sum(tf.clipByValue(tf.div(tf.sub(k, above), equal), 0, 1))));
  });
}

/** Adds two and disposes them, variable by variable because the gradients are as large as the network. */
function add(a: Gradients, b: Gradients): Gradients {
  const sumOf = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
    const sum = tf.add(x, y);
    tf.dispose([x, y]);
    return sum;
  };
  const gradients = Object.entries(a.gradients).map(([name, gradient]) => [
    name,
    sumOf(gradient, b.gradients[name] as tf.Tensor),
  ]);
  return { measured: sumOf(a.measured, b.measured), gradients: Object.fromEntries(gradients) };
}
