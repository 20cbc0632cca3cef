import { alexnet } from '@alexnet/alexnet-model';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { RunSettings } from './run-settings.js';

/** A run's model and optimizer, at their beginning until a checkpoint is loaded. */
export interface RunModel {
  model: tfl.LayersModel;
  optimizer: SgdMomentum;
}

/** Builds what the settings describe, for the classes of the data. */
export function openModel(
  { preset, width, switches, seed, training }: RunSettings,
  data: PreparedData,
): RunModel {
  const model = alexnet(preset, { classes: data.classes.length, width, seed, ...switches });
  const { learningRate, momentum, weightDecay, biasLearningRateMultiplier, biasWeightDecay } = training;
  const optimizer = new SgdMomentum({
    learningRate: { default: learningRate, biases: learningRate * biasLearningRateMultiplier },
    momentum,
    weightDecay: { default: weightDecay, biases: biasWeightDecay ? weightDecay : 0 },
  });
  return { model, optimizer };
}
