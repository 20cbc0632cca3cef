import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { valueFor } from '../optimizer/per-variable.js';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { disposeOutputs, type LayerOutput, layerOutputs } from './layer-outputs.js';
import { deadUnits, rootMeanSquare, tensorStatistics } from './tensor-statistics.js';

/**
 * The outputs of a layer for a batch at test time. Moments are of the finite values, or NaN if there are
 * none.
 */
export interface ActivationStatistics {
  mean: number;
  standardDeviation: number;
  /** Share of the values that are 0, in 0 .. 1: after a ReLU, the values that it cut off. */
  zeros: number;
  /**
   * Share of the units (of a convolution: channels) that are 0 for the whole batch and everywhere, in 0 .. 1.
   */
  deadUnits: number;
  /** Largest magnitude. */
  largest: number;
  /** How many values are NaN or infinite. */
  nonFinite: number;
}

/** A variable of a layer and its last update, as root mean squares of the finite values. */
export interface WeightStatistics {
  /** The weight's name in a checkpoint, for example `conv1/kernel`. */
  name: string;
  weight: number;
  /** The last update, which is the velocity; 0 before the first step and at a learning rate of 0. */
  update: number;
  /** `update / weight`: about 1e-3 if training goes well; NaN if all weights are 0. */
  ratio: number;
  /** How many weights and velocities are NaN or infinite. */
  nonFinite: number;
}

/** What {@link layerStatistics} measures of a layer. */
export interface LayerStatistics {
  name: string;
  activations: ActivationStatistics;
  weights: WeightStatistics[];
}

/**
 * Measures every layer of a model except its input layers: the outputs for a batch at test time, and how far
 * the weights moved in the last step.
 *
 * The velocity of {@link SgdMomentum} is the update (w <- w + v, sec. 5), so the ratio is rms(v) / rms(w).
 * Everything is reduced on the backend. All activations of the batch are in memory at once, so use a small
 * batch (16 images). Values that are not finite are counted, and excluded from the moments. Model and
 * optimizer do not change, and no dropout mask is drawn.
 *
 * @param xs A batch of the model's inputs, `[N, height, width, 3]`; it stays the caller's.
 * @throws Error of tfjs if `xs` does not fit the model.
 * @example
 * for (const { name, activations, weights } of await layerStatistics(model, optimizer, xs)) {
 *   console.log(name, activations.standardDeviation, weights[0]?.ratio);
 * }
 */
export async function layerStatistics(
  model: tfl.LayersModel,
  optimizer: SgdMomentum,
  xs: tf.Tensor | tf.Tensor[],
): Promise<LayerStatistics[]> {
  const all = layerOutputs(model, xs);
  try {
    const layers: LayerStatistics[] = [];
    for (const output of all) layers.push(await statisticsOf(output, optimizer));
    return layers;
  } finally {
    disposeOutputs(all, xs);
  }
}

async function statisticsOf(
  { layer, outputs }: LayerOutput,
  optimizer: SgdMomentum,
): Promise<LayerStatistics> {
  const output = outputs[0] as tf.Tensor;
  const activations = { ...(await tensorStatistics(output)), deadUnits: await deadUnits(output) };
  const weights: WeightStatistics[] = [];
  for (const weight of layer.weights) {
    weights.push(await weightStatistics(weight.originalName, weight.read() as tf.Variable, optimizer));
  }
  return { name: layer.name, activations, weights };
}

async function weightStatistics(
  name: string,
  variable: tf.Variable,
  optimizer: SgdMomentum,
): Promise<WeightStatistics> {
  const weight = await rootMeanSquare(variable);
  const velocity = optimizer.velocityOf(variable.name);
  const last = velocity ? await rootMeanSquare(velocity) : { value: 0, nonFinite: 0 };
  // a stopped variable keeps its velocity but does not move by it
  const isStopped = valueFor(optimizer.learningRate, variable) === 0;
  const update = isStopped ? 0 : last.value;
  return {
    name,
    weight: weight.value,
    update,
    ratio: update / weight.value,
    nonFinite: weight.nonFinite + last.nonFinite,
  };
}
