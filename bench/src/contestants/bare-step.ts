import type { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A bare step: forward, gradient of the mean loss, update, and the loss read, without errors and events. */
export function bareStep(
  net: tfl.LayersModel,
  optimizer: SgdMomentum,
): (xs: tf.Tensor, ys: tf.Tensor) => Promise<number> {
  const beforeSoftmax = net.layers.at(-2)?.output as tfl.SymbolicTensor;
  const logits = tfl.model({ inputs: net.inputs, outputs: beforeSoftmax });
  const variables = net.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return async (xs, ys) => {
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => tf.losses.softmaxCrossEntropy(ys, logits.apply(xs, { training: true }) as tf.Tensor),
        variables,
      );
      optimizer.applyGradients(grads);
      return value;
    });
    const [read] = await loss.data();
    loss.dispose();
    return read as number;
  };
}
