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
  /** How many images were given their true label first. */
  correct: number;
}

/**
 * One step: gradient of the batch's mean loss, then the optimizer's update of the model's trainable weights.
 *
 * @param microBatchSize Rows that pass through the net at a time; their gradients are summed before the update.
 */
export async function trainStep(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  optimizer: tf.Optimizer,
  batch: Batch,
  microBatchSize: number = Number.POSITIVE_INFINITY,
): Promise<StepResult> {
  const measured = tf.tidy(() => {
    const { loss, correct, gradients } = batchGradients(model, logits, batch, microBatchSize);
    optimizer.applyGradients(gradients);
    return [loss, correct];
  });
  try {
    // not dataSync: a GPU's values can only be awaited
    const [loss, correct] = await Promise.all(measured.map((tensor) => tensor.data()));
    return { loss: loss?.[0] as number, correct: correct?.[0] as number };
  } finally {
    tf.dispose(measured);
  }
}

/** Loss, number of images right, and gradients by the variables' names, before the update. */
interface Gradients extends tf.TensorContainerObject {
  loss: tf.Tensor;
  correct: tf.Tensor;
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
  let correct = tf.scalar(0) as tf.Tensor;
  const { value, grads } = tf.variableGrads(() => {
    const z = logits.apply(xs, { training: true }) as tf.Tensor;
    correct = tf.keep(tf.sum(tf.equal(tf.argMax(z, 1), tf.argMax(ys, 1))));
    const loss = tf.losses.softmaxCrossEntropy(ys, z) as tf.Scalar;
    const whole = logits.calculateLosses().reduce<tf.Scalar>((sum, own) => tf.add(sum, own), loss);
    return weight === 1 ? whole : tf.mul(whole, weight);
  }, variables);
  return { loss: value, correct, gradients: grads };
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
  return {
    loss: add(a.loss, b.loss),
    correct: add(a.correct, b.correct),
    gradients: Object.fromEntries(gradients),
  };
}
