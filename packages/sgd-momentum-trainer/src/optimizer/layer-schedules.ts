import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { requireRate } from './schedule.js';

/** The learning rate of one layer in an epoch (0, 1, ...); `undefined`: that of all the others. */
export type LayerSchedule = (epoch: number) => number | undefined;

/** Schedules by the names of layers. */
export type LayerSchedules = Readonly<Record<string, LayerSchedule>>;

/** The rates that layers of their own schedule have in an epoch, by their names. */
export function layerRates(schedules: LayerSchedules, epoch: number): Record<string, number> {
  const rates: Record<string, number> = {};
  for (const [name, schedule] of Object.entries(schedules)) {
    const rate = schedule(epoch);
    if (rate === undefined) continue;
    rates[name] = requireRate(`layerSchedules.${name}`, rate);
  }
  return rates;
}

/** Rates of layers as those of their variables. */
export function variableRates(
  model: tfl.LayersModel,
  rates: Readonly<Record<string, number>>,
): Map<string, number> {
  const variables = Object.entries(rates).flatMap(([name, rate]) =>
    model
      .getLayer(name)
      .trainableWeights.map((weight): [string, number] => [(weight.read() as tf.Variable).name, rate]),
  );
  return new Map(variables);
}

/** The biases' rate in an epoch as that of their variables; none without a schedule of their own. */
export function biasRates(model: tfl.LayersModel, rate: number | undefined): [string, number][] {
  if (rate === undefined) return [];
  const ofBiases = requireRate('biasSchedule', rate);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return variables.filter(({ rank }) => rank === 1).map(({ name }) => [name, ofBiases]);
}

/** @throws RangeError if a schedule is of no layer of the model. */
export function requireLayers(model: tfl.LayersModel, schedules: LayerSchedules): void {
  const names = new Set(model.layers.map(({ name }) => name));
  for (const name of Object.keys(schedules)) {
    if (!names.has(name)) {
      throw new RangeError(`layerSchedules must name layers of the model (train), got '${name}'.`);
    }
  }
}
