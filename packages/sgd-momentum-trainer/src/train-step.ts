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

/** One step: gradient of the batch's mean loss, then the optimizer's update of the model's trainable weights. */
export async function trainStep(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  optimizer: tf.Optimizer,
  batch: Batch,
): Promise<StepResult> {
  const measured = tf.tidy(() => updateWeights(model, logits, optimizer, batch));
  try {
    // not dataSync: a GPU's values can only be awaited
    const [loss, correct] = await Promise.all(measured.map((tensor) => tensor.data()));
    return { loss: loss?.[0] as number, correct: correct?.[0] as number };
  } finally {
    tf.dispose(measured);
  }
}

/** Updates the weights; gives back the loss and the number of images right, both as they were before. */
function updateWeights(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  optimizer: tf.Optimizer,
  { xs, ys }: Batch,
): tf.Tensor[] {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  let correct = tf.scalar(0) as tf.Tensor;
  const { value, grads } = tf.variableGrads(() => {
    const z = logits.apply(xs, { training: true }) as tf.Tensor;
    correct = tf.keep(tf.sum(tf.equal(tf.argMax(z, 1), tf.argMax(ys, 1))));
    const loss = tf.losses.softmaxCrossEntropy(ys, z) as tf.Scalar;
    return model.calculateLosses().reduce<tf.Scalar>((sum, own) => tf.add(sum, own), loss);
  }, variables);
  optimizer.applyGradients(grads);
  return [value, correct];
}
