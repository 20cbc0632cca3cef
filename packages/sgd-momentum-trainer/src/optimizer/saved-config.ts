import type { serialization } from '@tensorflow/tfjs-core';
import type { LayerValues, PerVariable } from './per-variable.js';
import type { SgdMomentumOptions } from './sgd-momentum-options.js';

/**
 * A setting as it is saved. Layers are a list because tfjs rewrites every key and text of a config, except a
 * `name`.
 */
type SavedSetting = number | (LayerValues & { layers?: readonly (LayerValues & { name: string })[] });

/** A saved config: what {@link configOf} gives, or what earlier versions saved. */
interface SavedConfig {
  learningRate?: SavedSetting;
  momentum?: number;
  weightDecay?: SavedSetting;
  /** Of earlier versions: the biases' learning rate as a multiple of the weights'. */
  biasLearningRateMultiplier?: number;
  /** Of earlier versions: whether biases decay. */
  biasWeightDecay?: boolean;
}

/** Options as JSON that survives `model.save` and `loadLayersModel`. */
export function configOf(options: Required<SgdMomentumOptions>): serialization.ConfigDict {
  const { learningRate, momentum, weightDecay } = options;
  const config: SavedConfig = {
    learningRate: saved(learningRate),
    momentum,
    weightDecay: saved(weightDecay),
  };
  return config as serialization.ConfigDict;
}

/** The options in a saved config, which may be of an earlier version. tfjs adds keys of its own to it. */
export function optionsOfConfig(config: serialization.ConfigDict): SgdMomentumOptions {
  const { learningRate = 0.01, momentum, weightDecay = 0.0005, ...old } = config as SavedConfig;
  const { biasLearningRateMultiplier = 1, biasWeightDecay = true } = old;
  return {
    learningRate: withBiases(restored(learningRate), (value) => value * biasLearningRateMultiplier),
    ...(momentum !== undefined && { momentum }),
    weightDecay: withBiases(restored(weightDecay), (value) => (biasWeightDecay ? value : 0)),
  };
}

/** What an earlier version's number means for biases. */
function withBiases(setting: PerVariable, biasesOf: (value: number) => number): PerVariable {
  if (typeof setting !== 'number' || biasesOf(setting) === setting) return setting;
  return { default: setting, biases: biasesOf(setting) };
}

function saved(setting: PerVariable): SavedSetting {
  if (typeof setting === 'number') return setting;
  const { layers, ...values } = setting;
  if (!layers) return values;
  const list = Object.entries(layers).map(([name, own]) => {
    return { name, ...(typeof own === 'number' ? { default: own } : own) };
  });
  return { ...values, layers: list };
}

function restored(setting: SavedSetting): PerVariable {
  if (typeof setting === 'number' || !setting.layers) return setting as PerVariable;
  const { layers, ...values } = setting;
  return { ...values, layers: Object.fromEntries(layers.map(({ name, ...own }) => [name, own])) };
}
