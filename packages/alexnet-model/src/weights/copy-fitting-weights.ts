import { describeValue } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** What `transferWeights` did: the names of the weights of `to`, each in one of the two. */
export interface WeightTransfer {
  /** Those that have the values of `from` now. */
  copied: string[];
  /** Those that are as they were: of a layer in `except`, or there is none of their name and shape in `from`. */
  kept: string[];
}

/** See `transferWeights`. */
export function copyFittingWeights(
  from: tfl.LayersModel,
  to: tfl.LayersModel,
  except: readonly string[],
): WeightTransfer {
  requireLayers(to, except);
  const spared = new Set(
    to.layers.filter(({ name }) => except.includes(name)).flatMap(({ weights }) => weights),
  );
  const sources = new Map(from.weights.map((weight) => [weight.originalName, weight]));
  const pairs = to.weights.map((target) => {
    const source = sources.get(target.originalName);
    const fits = !spared.has(target) && String(source?.shape) === String(target.shape);
    return { target, source: fits ? source : undefined };
  });
  if (!pairs.some(({ source }) => source)) refuse(from, to);
  const transfer: WeightTransfer = { copied: [], kept: [] };
  for (const { target, source } of pairs) {
    transfer[source ? 'copied' : 'kept'].push(target.originalName);
    // a product is a tensor of its own, where a clone would share its memory
    if (source) tf.tidy(() => void target.write(tf.mul(source.read(), 1)));
  }
  return transfer;
}

function requireLayers(model: tfl.LayersModel, names: readonly string[]): void {
  for (const name of names) {
    if (model.layers.some((layer) => layer.name === name)) continue;
    throw new RangeError(
      `except must name layers of the net that is written to (transferWeights), got ${describeValue(name)}.`,
    );
  }
}

function refuse(from: tfl.LayersModel, to: tfl.LayersModel): never {
  const first = ({ weights }: tfl.LayersModel): string =>
    weights[0] ? `'${weights[0].originalName}' [${weights[0].shape}]` : 'nothing';
  throw new RangeError(
    `from must have a weight of the name and shape of one of to's (transferWeights), got ${first(from)} first, for ${first(to)}.`,
  );
}
