import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { disposeOutputs, layerOutputs } from './layer-outputs.js';
import { isFiniteTensor } from './tensor-statistics.js';

/** Where a net stops being finite. */
export interface NonFinite {
  /** Name of the layer. */
  layer: string;
  what: 'weights' | 'activations';
  /** Name of the variable, or of the layer. */
  name: string;
}

/**
 * Finds the first layer, in the order of the net, of which a weight or a value that it gives out is NaN or infinite: where
 * a run diverged. The weights of a layer come before what it gives out, a batch that is not finite itself before all.
 *
 * Values are taken at test time: no mask of dropout is drawn. A sum is fetched of each tensor, up to the one sought.
 *
 * @param xs A batch as the model takes it; it stays the caller's.
 * @returns undefined where everything is finite.
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
  const made = layerOutputs(model, xs);
  try {
    for (const { layer, outputs } of made) {
      for (const variable of layer.weights) {
        const { name } = variable.read() as tf.Variable;
        if (!(await isFiniteTensor(variable.read()))) return { layer: layer.name, what: 'weights', name };
      }
      for (const output of outputs) {
        if (!(await isFiniteTensor(output))) {
          return { layer: layer.name, what: 'activations', name: layer.name };
        }
      }
    }
    return undefined;
  } finally {
    disposeOutputs(made, xs);
  }
}
