import type * as tfl from '@tensorflow/tfjs-layers';
import type { WeightTransfer } from './copy-fitting-weights.js';

export type { WeightTransfer } from './copy-fitting-weights.js';

/** Options of {@link transferWeights}. */
export interface TransferWeightsOptions {
  /** Layers of `to` that keep what they have, though their weights would fit. Default none. */
  except?: readonly string[];
}

/**
 * Copies the weights of a trained net into another, each into that of its name and shape: the second of three steps of
 * sec. 6, between pre-training on many classes and fine-tuning on others. A last layer for another number of classes has
 * another shape and stays fresh; for the same number, name it in `except`.
 *
 * Values are copied: training one net does not change the other.
 *
 * @throws RangeError if `except` names no layer of `to`, or no weight fits; then nothing is changed.
 * @see Krizhevsky et al. 2012, sec. 6
 * @example
 * const net = alexnet('paperConv6', { classes: 1000, seed: 1 });
 * (await transferWeights(pretrained, net)).kept; // ['fc8/kernel', 'fc8/bias']
 */
export async function transferWeights(
  from: tfl.LayersModel,
  to: tfl.LayersModel,
  { except = [] }: TransferWeightsOptions = {},
): Promise<WeightTransfer> {
  const { copyFittingWeights } = await import('./copy-fitting-weights.js');
  return copyFittingWeights(from, to, except);
}
