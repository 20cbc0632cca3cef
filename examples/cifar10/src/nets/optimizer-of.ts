import { type PerVariable, type Schedule, SgdMomentum, stepSchedule } from '@alexnet/sgd-momentum-trainer';
import type { CifarNet } from './cifar-net.js';

/** The optimizer that a net is trained with: a decay for each layer, and none for biases. */
export function optimizerOf({ training, layers }: CifarNet): SgdMomentum {
  const { learningRate, biasLearningRate, momentum } = training;
  const decays = layers.flatMap((layer) => ('weightDecay' in layer ? [layer] : []));
  const weightDecay: PerVariable = {
    default: 0,
    biases: 0,
    layers: Object.fromEntries(
      decays.map(({ name, weightDecay }) => [name, { default: weightDecay, biases: 0 }]),
    ),
  };
  return new SgdMomentum({
    momentum,
    learningRate: { default: learningRate, biases: biasLearningRate },
    weightDecay,
  });
}

/** The learning rates of every epoch. Those of the biases stay (`epsB`; the wiki drops `epsW` only). */
export function scheduleOf({ training }: CifarNet): Schedule {
  const { learningRate, biasLearningRate, drops } = training;
  const weights = stepSchedule({ learningRate, epochs: drops });
  return (epoch) => ({ default: weights(epoch), biases: biasLearningRate });
}
