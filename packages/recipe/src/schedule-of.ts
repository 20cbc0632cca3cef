import type { TrainingSettings } from '@alexnet/alexnet-model';
import {
  type LayerValues,
  plateauSchedule,
  type Schedule,
  stepSchedule,
} from '@alexnet/sgd-momentum-trainer';

/**
 * The learning rates of each epoch: of weights, of biases (their multiple, and their drops where they have their own), and
 * of the first convolution where it ends earlier.
 *
 * @param conv1 The names of the first convolution's layers, one a tower.
 */
export function scheduleOf(
  training: TrainingSettings & { patience: number },
  conv1: readonly string[],
): Schedule {
  const { schedule, biasLearningRateMultiplier } = training;
  const weights = weightSchedule(training);
  const biases = biasSchedule(training);
  const withBiases = (rate: number, biasRate = rate): LayerValues => ({
    default: rate,
    biases: biasRate * biasLearningRateMultiplier,
  });
  return (epoch, validationErrors) => {
    const rate = weights(epoch, validationErrors);
    if (rate === 'stop') return rate;
    const steps = schedule.kind === 'step' ? (schedule.conv1 ?? []) : [];
    const last = steps.filter((step) => step.epoch <= epoch).at(-1);
    const values = withBiases(rate, biases?.(epoch));
    if (!last) return values;
    const own = withBiases(last.learningRate);
    return { ...values, layers: Object.fromEntries(conv1.map((name) => [name, own])) };
  };
}

function weightSchedule({ schedule, learningRate, patience }: TrainingSettings & { patience: number }) {
  const { factor } = schedule;
  return schedule.kind === 'plateau'
    ? plateauSchedule({ learningRate, factor, drops: schedule.drops, patience })
    : stepSchedule({ learningRate, factor, epochs: schedule.epochs });
}

/** The biases' own drops, where the settings have them. */
function biasSchedule({ schedule, learningRate }: TrainingSettings): ((epoch: number) => number) | undefined {
  const biases = schedule.kind === 'step' ? schedule.biases : null;
  return biases ? stepSchedule({ learningRate, ...biases }) : undefined;
}
