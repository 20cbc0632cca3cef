import {
  type LayerValues,
  plateauSchedule,
  type Schedule,
  stepSchedule,
} from '@alexnet/sgd-momentum-trainer';
import type { RecipeTraining } from './recipe-settings.js';

/**
 * The learning rates of each epoch: of weights, of biases (a multiple, with their own drops in some presets)
 * and, where a preset ends so, of the first convolution.
 *
 * @param conv1 The names of the first convolution's layers, one a tower.
 */
export function scheduleOf(training: RecipeTraining, conv1: readonly string[]): Schedule {
  const { schedule, biasLearningRateMultiplier } = training;
  const weights = weightSchedule(training);
  const biases = biasSchedule(training);
  const steps = schedule.kind === 'step' ? (schedule.conv1 ?? []) : [];
  const withBiases = (learningRate: number, ofBiases = learningRate): LayerValues => ({
    default: learningRate,
    biases: ofBiases * biasLearningRateMultiplier,
  });
  return (epoch, validationErrors) => {
    const learningRate = weights(epoch, validationErrors);
    if (learningRate === 'stop') return learningRate;
    const values = withBiases(learningRate, biases?.(epoch));
    const last = steps.filter((step) => step.epoch <= epoch).at(-1);
    if (!last) return values;
    const own = withBiases(last.learningRate);
    return { ...values, layers: Object.fromEntries(conv1.map((name) => [name, own])) };
  };
}

function weightSchedule({
  schedule,
  learningRate,
  patience,
}: RecipeTraining): (epoch: number, validationErrors: readonly number[]) => number | 'stop' {
  const { factor } = schedule;
  return schedule.kind === 'plateau'
    ? plateauSchedule({ learningRate, factor, drops: schedule.drops, patience })
    : stepSchedule({ learningRate, factor, epochs: schedule.epochs });
}

/** The learning rate of biases before their multiple, where it has its own drops. */
function biasSchedule({ schedule, learningRate }: RecipeTraining): ((epoch: number) => number) | undefined {
  const biases = schedule.kind === 'step' ? schedule.biases : null;
  return biases ? stepSchedule({ learningRate, ...biases }) : undefined;
}
