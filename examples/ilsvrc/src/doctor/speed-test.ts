import { alexnet } from '@alexnet/alexnet-model';
import { SgdMomentum, train } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { freeMemory } from './free-memory.js';
import { measure, millisecondsOf, type Rate } from './measure.js';

/** What the chosen backend reaches here. */
export interface SpeedTest {
  /** float32 matrix products. */
  matrixProduct: Rate;
  /** `original2012` on 224 x 224 pixels: prediction, and the whole training step with its update. */
  forward: Rate;
  training: Rate;
  seconds: number;
}

interface Size {
  width: number;
  batchSize: number;
}

/** From what any backend can do in a second to what a GPU wants; the last that is quick enough is measured. */
const sizes: readonly Size[] = [
  { width: 1 / 16, batchSize: 1 },
  { width: 1 / 16, batchSize: 4 },
  { width: 1 / 4, batchSize: 16 },
  { width: 1 / 4, batchSize: 64 },
  { width: 1, batchSize: 8 },
  { width: 1, batchSize: 32 },
  { width: 1, batchSize: 128 },
];

/** One step may take this long: some of them have to fit into the budget. */
const LONGEST_STEP_MS = 600;
/** A shorter one is mostly overhead, and says little of a larger one. */
const TELLING_STEP_MS = 200;
/** Looking for the size ends here. */
const SEARCH_MS = 4500;
/** Weights, velocities, gradients and activations at width 1. */
const BYTES_AT_FULL_WIDTH = 3 * 2 ** 30;
const budgets = { matrixProduct: 1200, forward: 1500, training: 2800 } as const;

/**
 * Measures the current backend for some ten seconds; a slow one takes longer: one repetition of each part is made in any case.
 *
 * @param onPart Told what is measured next.
 */
export async function speedTest(signal: AbortSignal, onPart: (part: string) => void): Promise<SpeedTest> {
  const begun = performance.now();
  onPart('matrix product');
  const matrixProduct = await measureMatrixProduct(signal);
  onPart('looking for a size that fits');
  const net = await netThatFits(signal);
  try {
    const { width, batchSize } = net.size;
    const of = `original2012, width ${width === 1 ? '1' : `1/${1 / width}`}, batch ${batchSize}`;
    const task = { amount: batchSize, unit: 'images/s', of, signal } as const;
    onPart(`forward pass: ${of}`);
    await net.predict();
    const forward = await measure({ ...task, milliseconds: budgets.forward }, net.predict);
    onPart(`training step: ${of}`);
    const training = await measure({ ...task, milliseconds: budgets.training }, net.step);
    return { matrixProduct, forward, training, seconds: (performance.now() - begun) / 1000 };
  } finally {
    net.dispose();
  }
}

async function measureMatrixProduct(signal: AbortSignal): Promise<Rate> {
  let n = 128;
  let product = matrixProduct(n);
  await product.run();
  while (n < 2048 && (await millisecondsOf(product.run)) * 8 < 150) {
    product.dispose();
    n *= 2;
    product = matrixProduct(n);
    await product.run();
  }
  const task = { amount: (2 * n ** 3) / 1e9, unit: 'GFLOP/s', of: `${n} x ${n} float32`, signal } as const;
  const rate = await measure({ ...task, milliseconds: budgets.matrixProduct }, product.run);
  product.dispose();
  return rate;
}

function matrixProduct(n: number): { run(): Promise<void>; dispose(): void } {
  const a: tf.Tensor = tf.fill([n, n], 0.5);
  return {
    run: async () => readOne(tf.tidy(() => tf.slice(tf.matMul(a, a), [0, 0], [1, 1]))),
    dispose: () => a.dispose(),
  };
}

/** Reading a value waits for the GPU. */
async function readOne(tensor: tf.Tensor): Promise<void> {
  await tensor.data();
  tensor.dispose();
}

interface Net {
  size: Size;
  predict(): Promise<void>;
  step(): Promise<void>;
  dispose(): void;
}

/** Goes up the sizes while the next one promises to be quick enough. */
async function netThatFits(signal: AbortSignal): Promise<Net> {
  const begun = performance.now();
  let net = makeNet(sizes[0] as Size);
  let took = await timedStep(net);
  for (const size of sizes.slice(1)) {
    signal.throwIfAborted();
    const expected = (took * gigaflopOf(size)) / gigaflopOf(net.size);
    const isTooLong = took > TELLING_STEP_MS && expected > LONGEST_STEP_MS;
    if (isTooLong || performance.now() - begun > SEARCH_MS) break;
    if (size.width === 1 && (await freeMemory()) < BYTES_AT_FULL_WIDTH) break;
    net.dispose();
    net = makeNet(size);
    took = await timedStep(net);
  }
  return net;
}

/** The second step's time: the first compiles. That is all the same where it takes seconds. */
async function timedStep(net: Net): Promise<number> {
  const first = await millisecondsOf(net.step);
  return first > SEARCH_MS ? first : millisecondsOf(net.step);
}

/** Work of a training step: conv1 grows with the width, every other layer with its square; 4.1 GFLOP an image at width 1. */
function gigaflopOf({ width, batchSize }: Size): number {
  return batchSize * (0.42 * width + 3.71 * width ** 2);
}

function makeNet(size: Size): Net {
  const model = alexnet('original2012', { width: size.width });
  const optimizer = new SgdMomentum({ learningRate: 1e-6 }); // the pictures are noise
  const xs: tf.Tensor = tf.randomUniform([size.batchSize, 224, 224, 3], -128, 128, 'float32', 1);
  const ys = tf.tidy(() => tf.cast(tf.oneHot(tf.fill([size.batchSize], 1, 'int32'), 1000), 'float32'));
  const steps = train(model, () => sameBatch(xs, ys), { epochs: 1, optimizer });
  return {
    size,
    predict: async () => readOne(model.predictOnBatch(xs) as tf.Tensor),
    step: async () => {
      for (;;) {
        const { value } = await steps.next();
        if (!value || value.type === 'step') return;
      }
    },
    dispose: () => disposeAll(model, optimizer, [xs, ys]),
  };
}

async function* sameBatch(xs: tf.Tensor, ys: tf.Tensor): AsyncGenerator<{ xs: tf.Tensor; ys: tf.Tensor }> {
  for (;;) yield { xs: xs.clone(), ys: ys.clone() };
}

function disposeAll(model: tfl.LayersModel, optimizer: SgdMomentum, tensors: tf.Tensor[]): void {
  model.dispose();
  optimizer.dispose();
  tf.dispose(tensors);
}
