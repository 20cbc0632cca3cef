import { type StoredArray, valuesOf } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A stored array as a tensor. */
const tensorOf = (stored: StoredArray): tf.Tensor => tf.tensor(valuesOf(stored), stored.shape);

/**
 * `op` of the stored inputs, and the gradient of sum(dy * op) with respect to each input, as `[y,
 * ...gradients]`.
 */
export async function valuesAndGradients(
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: StoredArray[],
  dy: StoredArray,
): Promise<Float32Array[]> {
  const tensors = tf.tidy(() => {
    const stored = inputs.map(tensorOf);
    return [op(...stored), ...tf.grads(op)(stored, tensorOf(dy))];
  });
  const values = await Promise.all(tensors.map((t) => t.data<'float32'>()));
  tf.dispose(tensors);
  return values;
}

/**
 * The output of a layer in a plain `tf.sequential` and its gradient with respect to the input. `weights` are
 * in the layer's own order.
 */
export async function layerValuesAndGradients(
  layer: tfl.layers.Layer,
  x: StoredArray,
  dy: StoredArray,
  weights: StoredArray[] = [],
): Promise<Float32Array[]> {
  const input = tfl.layers.inputLayer({ inputShape: x.shape.slice(1) });
  const model = tfl.sequential({ layers: [input, layer] });
  tf.tidy(() => model.setWeights(weights.map(tensorOf)));
  const values = await valuesAndGradients((t) => model.apply(t) as tf.Tensor, [x], dy);
  model.dispose();
  return values;
}
