import type { PlannedRun, Training } from '@alexnet/campaign';
import type { AugmentOptions, PreparedData } from '@alexnet/imagenet-reader';
import { type PerVariable, type Schedule, SgdMomentum, stepSchedule } from '@alexnet/sgd-momentum-trainer';
import { buildNet } from './build-net.js';
import type { CifarNet } from './cifar-net.js';

/** What a run of a net trains. */
export function makeTraining({ net, seed }: PlannedRun<CifarNet>, data: PreparedData): Training {
  const { batchSize, epochs } = net.training;
  const augment = trainingView(net);
  return {
    model: buildNet(net, { classes: data.classes.length, seed }),
    optimizer: optimizerOf(net),
    epochs,
    schedule: scheduleOf(net),
    batches: (epoch, startBatch) =>
      data.batches({ split: 'train', batchSize, seed, epoch, startBatch, workers: 0, augment }),
    testViews: (views) => testView(net, views),
  };
}

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

/** How training images become inputs: whole, the center, or random crops and mirror images (`--crop-border=4`). */
function trainingView({ imageSize, crops = 'random' }: CifarNet): AugmentOptions {
  const isCropped = imageSize < 32 && crops === 'random';
  return {
    crop: isCropped ? 'random' : 'center',
    mirror: isCropped,
    cropSize: imageSize,
    mean: 'center',
  };
}

/** How test images become inputs: the whole or the central square, or ten squares (`--multiview-test=1`). */
function testView({ imageSize }: CifarNet, views: 1 | 10): AugmentOptions {
  return { crop: views === 10 ? 'ten' : 'center', cropSize: imageSize, mean: 'center' };
}
