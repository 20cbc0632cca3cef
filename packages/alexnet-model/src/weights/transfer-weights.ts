import type * as tfl from '@tensorflow/tfjs-layers';
import type { TransferWeightsOptions, WeightTransfer } from './copy-fitting-weights.js';

export type { TransferWeightsOptions, WeightTransfer } from './copy-fitting-weights.js';

/**
 * Copies the weights of a trained model into another, each into the weight with the same name and shape. In
 * sec. 6 this is the step between pre-training on many classes and fine-tuning on others. A last layer for a
 * different number of classes has another shape and keeps its initial weights. So does a last layer for the
 * same number of other classes, if both models know theirs (`setClasses`); if not, name the layer in `except`.
 * The same classes in another order are put into the order of `to`.
 *
 * The values are copied, so training one model does not change the other.
 *
 * @throws RangeError if `except` names a layer that `to` does not have, or if no weight fits. Nothing is
 *   changed then.
 * @see Krizhevsky et al. 2012, sec. 6
 * @example
 * const net = alexnet('paperConv6', { classes: 1000, seed: 1 });
 * (await transferWeights(pretrained, net)).kept; // ['fc8/kernel', 'fc8/bias']
 */
export async function transferWeights(
  from: tfl.LayersModel,
  to: tfl.LayersModel,
  options?: TransferWeightsOptions,
): Promise<WeightTransfer> {
  const { copyFittingWeights } = await import('./copy-fitting-weights.js');
  return copyFittingWeights(from, to, options);
}
