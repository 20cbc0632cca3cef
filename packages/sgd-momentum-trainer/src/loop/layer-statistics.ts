import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { valueFor } from '../optimizer/per-variable.js';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { disposeOutputs, type LayerOutput, layerOutputs } from './layer-outputs.js';
import { deadUnits, rootMeanSquare, tensorStatistics } from './tensor-statistics.js';

/** What a layer gives out for a batch at test time. Moments are of the finite values, NaN where there is none. */
export interface ActivationStatistics {
  mean: number;
  standardDeviation: number;
  /** Share of the values that are 0, in 0 .. 1: what a ReLU cut off. */
  zeros: number;
  /** Share of the units (channels, of a convolution) that are 0 for the whole batch and everywhere, in 0 .. 1. */
  deadUnits: number;
  /** Largest magnitude. */
  largest: number;
  /** How many values are NaN or infinite. */
  nonFinite: number;
}

/** A variable of a layer and the last step that it took; root mean squares of the finite values. */
export interface WeightStatistics {
  /** Of the variable, as `conv1/kernel`. */
  name: string;
  weight: number;
  /** Of the last update: the velocity; 0 before the first step, and where the rate is 0. */
  update: number;
  /** `update / weight`: about 1e-3 where training goes well; NaN where all weights are 0. */
  ratio: number;
  /** How many weights and velocities are NaN or infinite. */
  nonFinite: number;
}

/** What {@link layerStatistics} says of a layer. */
export interface LayerStatistics {
  /** Of the layer. */
  name: string;
  activations: ActivationStatistics;
  weights: WeightStatistics[];
}

/**
 * Measures every layer of a model, in the order of the net, the input layers aside: what it gives out for a batch at test
 * time, and how far its weights moved in the last step.
 *
 * The velocity of {@link SgdMomentum} is the update (w <- w + v, sec. 5), so the ratio is rms(v) / rms(w). Everything
 * is reduced on the backend; all activations of the batch are in memory at once, so take a small one (16 pictures).
 * Values that are not finite are counted, and left out of the moments. Nothing of model or optimizer changes, no mask of
 * dropout is drawn.
 *
 * @param xs A batch as the model takes it, `[N, height, width, 3]`; it stays the caller's.
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
  const made = layerOutputs(model, xs);
  try {
    const layers: LayerStatistics[] = [];
    for (const output of made) layers.push(await ofLayer(output, optimizer));
    return layers;
  } finally {
    disposeOutputs(made, xs);
  }
}

async function ofLayer({ layer, outputs }: LayerOutput, optimizer: SgdMomentum): Promise<LayerStatistics> {
  const output = outputs[0] as tf.Tensor;
  const activations = { ...(await tensorStatistics(output)), deadUnits: await deadUnits(output) };
  const weights: WeightStatistics[] = [];
  for (const variable of layer.weights)
    weights.push(await ofWeight(variable.read() as tf.Variable, optimizer));
  return { name: layer.name, activations, weights };
}

async function ofWeight(variable: tf.Variable, optimizer: SgdMomentum): Promise<WeightStatistics> {
  const { name } = variable;
  const weight = await rootMeanSquare(variable);
  const velocity = optimizer.velocityOf(name);
  const last = velocity ? await rootMeanSquare(velocity) : { value: 0, nonFinite: 0 };
  // a variable that is stopped keeps its velocity, and does not move by it
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
