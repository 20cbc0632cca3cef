import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { disposeOutputs, layerOutputs } from './layer-outputs.js';
import { isFiniteTensor } from './tensor-statistics.js';

/** Where a model stops being finite. */
export interface NonFinite {
  /** Name of the layer. */
  layer: string;
  what: 'weights' | 'activations';
  /** The weight's name in a checkpoint, or the layer's for activations. */
  name: string;
}

/**
 * Finds where a run diverged: the first layer, in the order of the model, with a weight or an output that is
 * NaN or infinite. The batch itself is checked first, and the weights of a layer before its outputs.
 *
 * Outputs are computed at test time, so no dropout mask is drawn. Only the sum of each tensor is fetched.
 *
 * @param xs A batch of the model's inputs; it stays the caller's.
 * @returns undefined if everything is finite.
 * @example
 * await firstNonFinite(model, xs); // { layer: 'conv2a', what: 'weights', name: 'conv2a/kernel' }
 */
export async function firstNonFinite(
  model: tfl.LayersModel,
  xs: tf.Tensor | tf.Tensor[],
): Promise<NonFinite | undefined> {
  for (const [i, x] of [xs].flat().entries()) {
    const name = model.inputs[i]?.name as string; // a Sequential has no inputNames
    if (!(await isFiniteTensor(x))) return { layer: name, what: 'activations', name };
  }
  const all = layerOutputs(model, xs);
  try {
    for (const { layer, outputs } of all) {
      for (const weight of layer.weights) {
        const { originalName: name } = weight;
        if (!(await isFiniteTensor(weight.read()))) return { layer: layer.name, what: 'weights', name };
      }
      for (const output of outputs) {
        if (!(await isFiniteTensor(output))) {
          return { layer: layer.name, what: 'activations', name: layer.name };
        }
      }
    }
    return undefined;
  } finally {
    disposeOutputs(all, xs);
  }
}
