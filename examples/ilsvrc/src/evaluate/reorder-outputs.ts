import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** The layer of the logits in every preset. */
const LOGITS = 'fc8';

/** Permutes the outputs of a model: output i is then what output `permutation[i]` was. */
export function reorderOutputs(model: tfl.LayersModel, permutation: readonly number[]): void {
  const layer = model.getLayer(LOGITS);
  tf.tidy(() =>
    layer.setWeights(layer.getWeights().map((weight) => tf.gather(weight, [...permutation], -1))),
  );
}
