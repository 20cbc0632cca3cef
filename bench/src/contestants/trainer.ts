import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { alexnet, type PresetName } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { openPrepared } from '@alexnet/imagenet-reader';
import { SgdMomentum, type TrainOptions, train } from '@alexnet/sgd-momentum-trainer';
import { averageViews } from '@alexnet/ten-crop';
import { TopKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Request } from '../contestant.js';
import { bareStep } from './bare-step.js';
import { serve } from './serve.js';

/** The net that a request is about. */
export interface BenchNet {
  preset: PresetName;
  width: number;
  imageSize: number;
  classes: number;
}

const used = await useBackend();
/** So small that the weights stay sound on random pictures, round after round. */
const options = { learningRate: 1e-6 };

await serve(`trainer on ${used.name}: ${used.reason}`, {
  threads: async ({ threads }) => {
    if (used.name === 'onednn') await useBackend('onednn', { threads });
    return async () => undefined;
  },
  bareSteps: async (request) => {
    const net = netOf(request);
    const step = bareStep(net, new SgdMomentum(options));
    return async () => {
      for await (const { xs, ys } of batchesOf(request, Number(request.steps))) {
        await step(xs, ys);
        tf.dispose([xs, ys]);
      }
      return undefined;
    };
  },
  trainSteps: async (request) => {
    const step = steps(request, {});
    return async () => {
      for (let i = 0; i < Number(request.steps); i++) await step();
      return undefined;
    };
  },
  checkpointedSteps: async (request) => {
    const { directory, steps: count } = request;
    const checkpoints = { directory: String(directory), everySteps: Number(count), keep: 1 };
    const step = steps(request, { checkpoints });
    return async () => {
      for (let i = 0; i < Number(count); i++) await step();
      return undefined;
    };
  },
  memory: async (request) => {
    const step = steps(request, {});
    return async () => {
      for (let i = 0; i < Number(request.from); i++) await step();
      const [tensors, bytes] = [tf.memory().numTensors, await residentBytes()];
      for (let i = Number(request.from); i < Number(request.steps); i++) await step();
      return { tensors: tf.memory().numTensors - tensors, rss: (await residentBytes()) / bytes };
    };
  },
  evaluate,
});

function netOf({ net }: Request): LayersModel {
  const { preset, ...overrides } = net as BenchNet;
  return alexnet(preset, { ...overrides, seed: 1 });
}

/** A function that has `train` take one more step, as its users do. */
function steps(request: Request, more: Pick<TrainOptions, 'checkpoints'>): () => Promise<void> {
  const batches = () => batchesOf(request, Number.POSITIVE_INFINITY);
  const events = train(netOf(request), batches, { optimizer: new SgdMomentum(options), ...more });
  return async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error('the training came to an end');
      if (value.type === 'step') return;
    }
  };
}

/** Resident memory, without the garbage that V8 has not collected yet; it gives pages back a little later. */
async function residentBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  for (let i = 0; i < 2; i++) {
    runInNewContext('gc')();
    await setTimeout(100);
  }
  return process.memoryUsage().rss;
}

/** New batches each time, with nothing known of them. */
async function* batchesOf({ net, batch }: Request, count: number) {
  const { imageSize, classes } = net as BenchNet;
  const images = tf.randomUniform([Number(batch), imageSize, imageSize, 3], -120, 120);
  const labels = tf.tidy(() => tf.oneHot(tf.randomUniform([Number(batch)], 0, classes, 'int32'), classes));
  for (let i = 0; i < count; i++) yield { xs: tf.add(images, 1), ys: tf.cast(labels, 'float32') };
  tf.dispose([images, labels]);
}

/** The errors on all pictures of a prepared folder, by one view or the mean of ten (sec. 4.1), 120 rows at a time. */
async function evaluate(request: Request) {
  const { folder, views, net } = request;
  const model = netOf(request);
  const data = await openPrepared(String(folder));
  const [count, cropSize] = [Number(views), (net as BenchNet).imageSize];
  const augment = { crop: count === 10 ? 'ten' : 'center', cropSize } as const;
  return async () => {
    const errors = new TopKError([1, 5]);
    const wanted = { split: 'train', shuffle: false, dropRemainder: false, reuse: true, augment } as const;
    for await (const { pixels, labels, shape } of data.rawBatches({ ...wanted, batchSize: 120 / count })) {
      const answers = tf.tidy(() => {
        const all = model.predictOnBatch(tf.tensor4d(pixels, shape)) as tf.Tensor2D;
        return count === 10 ? averageViews(all, 10) : all;
      });
      errors.add(
        await answers.data<'float32'>(),
        labels.filter((_, row) => row % count === 0),
      );
      answers.dispose();
    }
    return { images: errors.images };
  };
}
