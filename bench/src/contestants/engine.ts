import { alexnet } from '@alexnet/alexnet-model';
import { type BackendName, type Precision, useBackend } from '@alexnet/backends';
import { openPrepared } from '@alexnet/imagenet-reader';
import { trainingRecipe } from '@alexnet/recipe';
import { type Batch, SgdMomentum, train } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Answer, Request } from '../contestant.js';
import { cifarNet, cifarStep } from './cifar-net.js';
import { layerPass } from './layer-pass.js';
import { serve } from './serve.js';

const [, , backend = 'onednn', device, precision] = process.argv as [
  string,
  string,
  BackendName?,
  string?,
  Precision?,
];
const SIZE = 4096; // of the square matrices whose product is the machine's SGEMM rate
const COPIED = 64 * 1024 * 1024; // floats; four times any last-level cache except those of the largest servers

const used = await useBackend(backend, {
  ...(device && { adapter: device }),
  ...(precision && { precision }),
});
const model = once(() => alexnet('paper', { seed: 1 }));

await serve(`tfjs ${backend}${precision ? ` in ${used.precision}` : ''}: ${used.reason}`, {
  threads: async ({ threads }) => {
    if (backend === 'onednn' || device === 'cpu') await useBackend(backend, { threads });
    return async () => undefined;
  },
  sgemm: async () => {
    const [a, b] = [tf.randomUniform([SIZE, SIZE]), tf.randomUniform([SIZE, SIZE])];
    return async () => {
      tf.dispose(tf.matMul(a, b));
      return undefined;
    };
  },
  bandwidth: async () => {
    const [a, b] = [tf.ones([COPIED]), tf.ones([COPIED])];
    return async () => {
      tf.dispose(tf.add(a, b));
      return undefined;
    };
  },
  train: async ({ batch }) => trainStep(model(), Number(batch)),
  trainFromReader,
  inference: async ({ batch }) => {
    const x = images(Number(batch));
    return () =>
      onFreshCopy(x, async (fresh) => {
        const y = model().predict(fresh, { batchSize: Number(batch) }) as tf.Tensor;
        await y.data();
        y.dispose();
      });
  },
  peakRss: async ({ batch }) => {
    const step = await trainStep(model(), Number(batch));
    return async () => {
      for (let i = 0; i < 3; i++) await step();
      return { bytes: process.resourceUsage().maxRSS * 1024 };
    };
  },
  layer: async (request) => layerPass(request),
  cifarTrain: async ({ batch, images }) => cifarStep(cifarNet(), Number(batch), Number(images)),
  cifarInference: async ({ batch }) => {
    const net = cifarNet();
    const x = tf.randomUniform([Number(batch), 32, 32, 3]);
    return async () => {
      const y = net.predict(x, { batchSize: Number(batch) }) as tf.Tensor;
      await y.data();
      y.dispose();
      return undefined;
    };
  },
} satisfies Record<string, (request: Request) => Promise<() => Promise<Answer | undefined>>>);

/** A step of the trainer as its users run it: forward, backward, update, loss and error read. */
async function trainStep(net: LayersModel, batch: number): Promise<() => Promise<Answer>> {
  const x = images(batch);
  const ys = oneHotLabels(batch);
  let xs = x;
  const batches = async function* () {
    for (;;) yield { xs: xs.clone(), ys: ys.clone() };
  };
  const events = train(net, batches, { epochs: 1, optimizer: new SgdMomentum({ learningRate: 1e-4 }) });
  return () =>
    onFreshCopy(x, async (fresh) => {
      xs = fresh;
      for (;;) {
        const { value, done } = await events.next();
        if (done || value.type === 'step') return;
      }
    });
}

/**
 * `steps` steps on images that the reader makes of a prepared folder, with the crops and the noise of `paper`. The bench's
 * images have one class, so they get the labels of `trainStep`. An epoch is short here, so the reader of the next one is
 * started ahead.
 */
async function trainFromReader({ folder, batch, steps }: Request): Promise<() => Promise<undefined>> {
  const data = await openPrepared(String(folder));
  const recipe = trainingRecipe('paper', { batchSize: Number(batch) });
  const labels = oneHotLabels(Number(batch));
  const read = recipe.batches(data);
  const begin = (epoch: number) => {
    const iterator = read(epoch, 0)[Symbol.asyncIterator]();
    return { iterator, first: iterator.next() };
  };
  async function* batches(): AsyncGenerator<Batch> {
    for (let epoch = 1, ahead = begin(0); ; epoch++) {
      const { iterator, first } = ahead;
      ahead = begin(epoch);
      for (let item = await first; !item.done; item = await iterator.next()) {
        item.value.ys.dispose();
        yield { xs: item.value.xs, ys: labels.clone() };
      }
    }
  }
  const events = train(model(), batches, {
    optimizer: new SgdMomentum({ learningRate: 1e-4 }),
    lossLimit: Number.MAX_VALUE,
    prefetch: used.isAsynchronous,
  });
  return async () => {
    for (let taken = 0; taken < Number(steps); ) {
      const { value, done } = await events.next();
      if (done) throw new Error('the training has ended');
      if (value.type === 'step') taken++;
    }
    return undefined;
  };
}

/** Seconds that a function takes with a new copy of x: real batches are new too, and nothing about them is cached. */
async function onFreshCopy(
  x: tf.Tensor4D,
  run: (fresh: tf.Tensor4D) => Promise<void>,
): Promise<{ seconds: number }> {
  const fresh = tf.tidy(() => tf.add(x, 1) as tf.Tensor4D);
  const startedAt = performance.now();
  await run(fresh);
  const seconds = (performance.now() - startedAt) / 1000;
  fresh.dispose();
  return { seconds };
}

function oneHotLabels(batch: number): tf.Tensor {
  return tf.tidy(() => tf.cast(tf.oneHot(tf.range(0, batch, 1, 'int32'), 1000), 'float32'));
}

function images(batch: number): tf.Tensor4D {
  return tf.randomUniform([batch, 224, 224, 3], -120, 120);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
