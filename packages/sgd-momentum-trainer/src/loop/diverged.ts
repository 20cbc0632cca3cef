import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { firstNonFinite } from './first-non-finite.js';
import { layerStatistics } from './layer-statistics.js';

/** The loss of a step is not finite, or far above the loss of guessing. */
export class DivergedError extends Error {
  override name = 'DivergedError';

  constructor(
    message: string,
    /** The loss that ended the run. */
    readonly loss: number,
  ) {
    super(message);
  }
}

/** The step that a loss belongs to. */
export interface LossOrigin {
  step: number;
  learningRate: number;
  /** The largest loss that is accepted. */
  lossLimit: number;
}

/** @throws DivergedError unless the loss is finite and at most the limit. */
export function requireSoundLoss(loss: number, { step, learningRate, lossLimit }: LossOrigin): void {
  if (Number.isFinite(loss) && loss <= lossLimit) return;
  const beyond = Number.isFinite(loss) ? `, beyond the limit of ${Number(lossLimit.toPrecision(3))}` : '';
  const text = `the loss became ${loss} in step ${step} (train) at learning rate ${learningRate}${beyond}`;
  throw new DivergedError(text, loss);
}

/** Rows examined at a time: the outputs of all layers for them are in memory at once. */
const ROWS = 16;

/**
 * Names the layer that caused a loss, as the end of a sentence. For a loss that is not finite it is the first
 * such layer, otherwise the layer whose weights move fastest.
 */
export async function whereDiverged(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  xs: tf.Tensor,
  { loss }: DivergedError,
): Promise<string> {
  if (Number.isFinite(loss)) return fastestWeights(model, optimizer, xs);
  const rows = xs.shape[0] ?? 0;
  for (let begin = 0; begin < rows; begin += ROWS) {
    const some = tf.slice(xs, [begin], [Math.min(ROWS, rows - begin)]);
    const first = await firstNonFinite(model, some);
    some.dispose();
    if (first) return `the first values that are not finite are the ${first.what} of layer '${first.layer}'`;
  }
  return 'every layer is finite';
}

async function fastestWeights(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  xs: tf.Tensor,
): Promise<string> {
  const some = tf.slice(xs, [0], [Math.min(ROWS, xs.shape[0] ?? 0)]);
  const layers = await layerStatistics(model, optimizer, some);
  some.dispose();
  const moving = layers.flatMap(({ name, weights }) => weights.map(({ ratio }) => ({ name, ratio })));
  const [fastest] = moving.filter(({ ratio }) => ratio > 0).sort((a, b) => b.ratio - a.ratio);
  if (!fastest) return 'no weight has moved yet';
  return `the weights of layer '${fastest.name}' move fastest, by ${fastest.ratio.toPrecision(2)} of their size in the last step`;
}
