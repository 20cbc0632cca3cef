import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { useBackend } from '@alexnet/backends';
import { openPrepared } from '@alexnet/imagenet-reader';
import { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import { averageViews } from '@alexnet/ten-crop';
import { TopKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';
import type { Request } from '../contestant.js';
import { bareStep } from './bare-step.js';
import { type BenchNet, batchesOf, netOf, tiny, trainStepOf } from './bench-net.js';
import { serve } from './serve.js';

const used = await useBackend();
await serve(`trainer on ${used.name}: ${used.reason}`, {
  threads: async ({ threads }) => {
    if (used.name === 'onednn') await useBackend('onednn', { threads });
    return async () => undefined;
  },
  bareSteps: async (request) => {
    const net = netOf(request);
    const step = bareStep(net, new SgdMomentum(tiny));
    return async () => {
      for await (const { xs, ys } of batchesOf(request, Number(request.steps))) {
        await step(xs, ys);
        tf.dispose([xs, ys]);
      }
      return undefined;
    };
  },
  trainSteps: async (request) => {
    const step = trainStepOf(request);
    return async () => {
      for (let i = 0; i < Number(request.steps); i++) await step();
      return undefined;
    };
  },
  checkpointedSteps: async (request) => {
    const { directory, steps: count } = request;
    const checkpoints = { directory: String(directory), everySteps: Number(count), keep: 1 };
    const step = trainStepOf(request, { checkpoints });
    return async () => {
      for (let i = 0; i < Number(count); i++) await step();
      return undefined;
    };
  },
  memory: async (request) => {
    const step = trainStepOf(request);
    return async () => {
      for (let i = 0; i < Number(request.from); i++) await step();
      const [tensors, bytes] = [tf.memory().numTensors, await residentBytes()];
      for (let i = Number(request.from); i < Number(request.steps); i++) await step();
      return { tensors: tf.memory().numTensors - tensors, rss: (await residentBytes()) / bytes };
    };
  },
  evaluate,
});

/** Resident memory, without the garbage that V8 has not collected yet. V8 returns pages a little later. */
async function residentBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  for (let i = 0; i < 2; i++) {
    runInNewContext('gc')();
    await setTimeout(100);
  }
  return process.memoryUsage().rss;
}

/** The errors on all images of a prepared folder, with one view or the mean of ten (sec. 4.1), 120 rows at a time. */
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
