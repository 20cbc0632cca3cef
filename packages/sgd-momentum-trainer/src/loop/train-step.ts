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
  /** How many images have their true label first, and among the first five; a tie counts in part. */
  correct: number;
  correctTop5: number;
  /** What each device did beside computing, where the step was taken on several. */
  devices?: readonly DeviceStep[];
}

/** What a device did in a step beside computing. */
export interface DeviceStep {
  /** Bytes it sent to others. */
  sentBytes: number;
  /** Seconds in which it sent and received. */
  exchangeSeconds: number;
  /** Seconds in which it waited for others. */
  waitSeconds: number;
}

/** Options of {@link trainStep}. */
export interface StepOptions {
  /** Rows that pass through the net at a time; their gradients are summed before the update. */
  microBatchSize?: number | undefined;
  /** Called with what was measured before anything is updated: if it throws, weights and velocities are as before. */
  check?: (result: StepResult) => void;
}

/** One step: gradient of the batch's mean loss, then the optimizer's update of the model's trainable weights. */
export async function trainStep(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  optimizer: tf.Optimizer,
  batch: Batch,
  { microBatchSize = Number.POSITIVE_INFINITY, check }: StepOptions = {},
): Promise<StepResult> {
  const { measured, gradients } = tf.tidy(() => batchGradients(model, logits, batch, microBatchSize));
  try {
    // not dataSync: a GPU's values can only be awaited
    const [loss, correct, correctTop5] = await measured.data<'float32'>();
    const result = { loss, correct, correctTop5 } as StepResult;
    check?.(result);
    optimizer.applyGradients(gradients);
    return result;
  } finally {
    tf.dispose([measured, gradients]);
  }
}

/** Loss and numbers of images right, `[3]`, and gradients by the variables' names, before the update. */
interface Gradients extends tf.TensorContainerObject {
  measured: tf.Tensor;
  gradients: tf.NamedTensorMap;
}

/** Those of the whole batch's mean loss, whatever the size of the pieces it is taken in. */
function batchGradients(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  batch: Batch,
  microBatchSize: number,
): Gradients {
  const rows = batch.xs.shape[0] ?? 0;
  if (microBatchSize >= rows) return weightedGradients(model, logits, batch, 1);
  const ofRows = (begin: number): Gradients =>
    tf.tidy(() => {
      const size = Math.min(microBatchSize, rows - begin);
      const piece = { xs: tf.slice(batch.xs, [begin], [size]), ys: tf.slice(batch.ys, [begin], [size]) };
      return weightedGradients(model, logits, piece, size / rows);
    });
  let sum = ofRows(0);
  for (let begin = microBatchSize; begin < rows; begin += microBatchSize) sum = addUp(sum, ofRows(begin));
  return sum;
}

/** Gradients of `weight` times the mean loss of a batch. */
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
    const whole = logits.calculateLosses().reduce<tf.Scalar>((sum, own) => tf.add(sum, own), loss);
    return weight === 1 ? whole : tf.mul(whole, weight);
  }, variables);
  const measured = tf.stack([value, ...correct]);
  tf.dispose(correct); // kept beyond the tape
  return { measured, gradients: grads };
}

/**
 * For each k, the images whose true label is among the k most probable. Where e labels share its place and g are more
 * probable it counts by min(max((k - g) / e, 0), 1), as in the original program.
 */
export function imagesRight(z: tf.Tensor2D, ys: tf.Tensor2D, ks: number[]): tf.Tensor[] {
  return tf.tidy(() => {
    const ofLabel = tf.sum(tf.mul(z, ys), 1, true); // [N, 1]
    const above = tf.sum(tf.cast(tf.greater(z, ofLabel), 'float32'), 1); // [N]
    const equal = tf.sum(tf.cast(tf.equal(z, ofLabel), 'float32'), 1);
    return ks.map((k) => tf.keep(tf.sum(tf.clipByValue(tf.div(tf.sub(k, above), equal), 0, 1))));
  });
}

/** The sums of two; both are disposed, variable by variable: the gradients of a net are as large as itself. */
function addUp(a: Gradients, b: Gradients): Gradients {
  const add = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
    const sum = tf.add(x, y);
    tf.dispose([x, y]);
    return sum;
  };
  const gradients = Object.entries(a.gradients).map(([name, gradient]) => [
    name,
    add(gradient, b.gradients[name] as tf.Tensor),
  ]);
  return { measured: add(a.measured, b.measured), gradients: Object.fromEntries(gradients) };
}
