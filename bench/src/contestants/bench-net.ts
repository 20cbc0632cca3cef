import { alexnet, type PresetName } from '@alexnet/alexnet-model';
import { type Batch, SgdMomentum, type TrainOptions, train } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Request } from '../contestant.js';

/** The net of a request. */
export interface BenchNet {
  preset: PresetName;
  width: number;
  imageSize: number;
  classes: number;
}

/** Learning rates so small that the weights stay finite on random images, round after round. */
export const tiny = { learningRate: 1e-6 } as const;

export function netOf({ net }: Request): LayersModel {
  const { preset, ...overrides } = net as BenchNet;
  return alexnet(preset, { ...overrides, seed: 1 });
}

/** New batches each time, of which nothing is cached. */
export async function* batchesOf({ net, batch }: Request, count: number): AsyncGenerator<Batch> {
  const { imageSize, classes } = net as BenchNet;
  const images = tf.randomUniform([Number(batch), imageSize, imageSize, 3], -120, 120);
  const labels = tf.tidy(() => tf.oneHot(tf.randomUniform([Number(batch)], 0, classes, 'int32'), classes));
  for (let i = 0; i < count; i++) yield { xs: tf.add(images, 1), ys: tf.cast(labels, 'float32') };
  tf.dispose([images, labels]);
}

/** What takes the steps, if not a plain net and optimizer. */
interface StepParts extends Pick<TrainOptions, 'checkpoints' | 'stepper'> {
  model?: LayersModel;
  optimizer?: SgdMomentum;
}

/** A function that lets `train` take one more step, as its users do. */
export function trainStepOf(
  request: Request,
  { model = netOf(request), optimizer = new SgdMomentum(tiny), ...more }: StepParts = {},
): () => Promise<void> {
  const batches = () => batchesOf(request, Number.POSITIVE_INFINITY);
  const events = train(model, batches, { optimizer, ...more });
  return async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error('the training has ended');
      if (value.type === 'step') return;
    }
  };
}
