import { describeValue } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { classPermutation } from './class-permutation.js';
import { classesOf } from './classes.js';

/** Options of `transferWeights`. */
export interface TransferWeightsOptions {
  /** Layers of `to` that keep their weights although others would fit. Default none. */
  except?: readonly string[];
}

/** What `transferWeights` did. Each weight of `to` is in one of the two lists, by its name. */
export interface WeightTransfer {
  /** The weights that now have the values of `from`. */
  copied: string[];
  /**
   * The weights that are unchanged: their layer is in `except`, `from` has none of their name and shape, or
   * they are those of the logits and the two models are known to have other classes.
   */
  kept: string[];
}

/** Does the work of `transferWeights`, which loads this code when it is called. */
export function copyFittingWeights(
  from: tfl.LayersModel,
  to: tfl.LayersModel,
  { except = [] }: TransferWeightsOptions = {},
): WeightTransfer {
  requireLayers(to, except);
  const spared = new Set(
    to.layers.filter(({ name }) => except.includes(name)).flatMap(({ weights }) => weights),
  );
  const logits = new Set(to.layers.find(({ name }) => name === LOGITS)?.weights);
  const order = classOrder(from, to);
  const sources = new Map(from.weights.map((weight) => [weight.originalName, weight]));
  const pairs = to.weights.map((target) => {
    const source = sources.get(target.originalName);
    const isOther = order === 'other' && logits.has(target);
    const fits = !isOther && !spared.has(target) && String(source?.shape) === String(target.shape);
    return { target, source: fits ? source : undefined };
  });
  if (!pairs.some(({ source }) => source)) refuseStrangers(from, to);
  const transfer: WeightTransfer = { copied: [], kept: [] };
  for (const { target, source } of pairs) {
    transfer[source ? 'copied' : 'kept'].push(target.originalName);
    const permutation = typeof order === 'object' && logits.has(target) ? order : undefined;
    // a product has its own memory, which a clone would share
    if (source) tf.tidy(() => void target.write(tf.mul(permuted(source.read(), permutation), 1)));
  }
  return transfer;
}

/** The layer whose outputs are the classes. */
const LOGITS = 'fc8';

/**
 * How the classes of two models are related: the permutation that puts those of `from` into the order of
 * `to`, 'other' if they are not the same, and undefined if the order is the same or not known.
 */
function classOrder(from: tfl.LayersModel, to: tfl.LayersModel): number[] | 'other' | undefined {
  const [source, target] = [classesOf(from), classesOf(to)];
  if (!source || !target || source === target) return undefined;
  try {
    return classPermutation(source, target);
  } catch {
    return 'other';
  }
}

function permuted(weight: tf.Tensor, permutation: number[] | undefined): tf.Tensor {
  return permutation ? tf.gather(weight, permutation, -1) : weight;
}

function requireLayers(model: tfl.LayersModel, names: readonly string[]): void {
  for (const name of names) {
    if (model.layers.some((layer) => layer.name === name)) continue;
    throw new RangeError(
      `except must name layers of the model that is written to (transferWeights), got ${describeValue(name)}.`,
    );
  }
}

function refuseStrangers(from: tfl.LayersModel, to: tfl.LayersModel): never {
  const first = ({ weights }: tfl.LayersModel): string =>
    weights[0] ? `'${weights[0].originalName}' [${weights[0].shape}]` : 'nothing';
  throw new RangeError(
    `from must share the name and shape of a weight with to (transferWeights), got ${first(from)} first, and ${first(to)} in to.`,
  );
}
