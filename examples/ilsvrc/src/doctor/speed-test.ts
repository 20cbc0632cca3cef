import { alexnet } from '@alexnet/alexnet-model';
import { memory } from '@alexnet/machine';
import { SgdMomentum, train } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { measure, millisecondsOf, type Rate } from './measure.js';

/** The speed of the chosen backend on this machine. */
export interface SpeedTest {
  /** float32 matrix products. */
  matrixProduct: Rate;
  /** `original2012` on 224 x 224 pixels: the prediction, and the whole training step with its update. */
  forward: Rate;
  training: Rate;
  seconds: number;
}

interface Size {
  width: number;
  batchSize: number;
}

/**
 * From what any backend can do in a second to what keeps a GPU busy. The largest that is fast enough is
 * measured.
 */
const sizes: readonly Size[] = [
  { width: 1 / 16, batchSize: 1 },
  { width: 1 / 16, batchSize: 4 },
  { width: 1 / 4, batchSize: 16 },
  { width: 1 / 4, batchSize: 64 },
  { width: 1, batchSize: 8 },
  { width: 1, batchSize: 32 },
  { width: 1, batchSize: 128 },
];

/** A step may take this long, so that several fit into the time budget. */
const LONGEST_STEP_MS = 600;
/** A shorter step is mostly overhead and does not predict a longer one. */
const TELLING_STEP_MS = 200;
/** The search for the size ends after this time. */
const SEARCH_MS = 4500;
/** The memory for weights, velocities, gradients and activations at width 1. */
const BYTES_AT_FULL_WIDTH = 3 * 2 ** 30;
const budgets = { matrixProduct: 1200, forward: 1500, training: 2800 } as const;

/**
 * Measures the current backend for about ten seconds. A slow backend takes longer, because every part runs at
 * least once.
 *
 * @param onPart Called with the name of each part before it is measured.
 */
export async function speedTest(signal: AbortSignal, onPart: (part: string) => void): Promise<SpeedTest> {
  const startedAt = performance.now();
  onPart('matrix product');
  const matrixProduct = await measureMatrixProduct(signal);
  onPart('looking for a size that fits');
  const network = await networkThatFits(signal);
  try {
    const { width, batchSize } = network.size;
    const of = `original2012, width ${width === 1 ? '1' : `1/${1 / width}`}, batch ${batchSize}`;
    const task = { amount: batchSize, unit: 'images/s', of, signal } as const;
    onPart(`forward pass: ${of}`);
    await network.predict();
    const forward = await measure({ ...task, milliseconds: budgets.forward }, network.predict);
    onPart(`training step: ${of}`);
    const training = await measure({ ...task, milliseconds: budgets.training }, network.step);
    return { matrixProduct, forward, training, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    network.dispose();
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

/** Reads a value, which waits for the GPU. */
async function readOne(tensor: tf.Tensor): Promise<void> {
  await tensor.data();
  tensor.dispose();
}

interface TestNetwork {
  size: Size;
  predict(): Promise<void>;
  step(): Promise<void>;
  dispose(): void;
}

/** Tries larger sizes as long as the next one is expected to be fast enough. */
async function networkThatFits(signal: AbortSignal): Promise<TestNetwork> {
  const startedAt = performance.now();
  let network = makeNetwork(sizes[0] as Size);
  let took = await timedStep(network);
  for (const size of sizes.slice(1)) {
    signal.throwIfAborted();
    const expected = (took * gigaflopOf(size)) / gigaflopOf(network.size);
    const isTooLong = took > TELLING_STEP_MS && expected > LONGEST_STEP_MS;
    if (isTooLong || performance.now() - startedAt > SEARCH_MS) break;
    if (size.width === 1 && memory().free < BYTES_AT_FULL_WIDTH) break;
    network.dispose();
    network = makeNetwork(size);
    took = await timedStep(network);
  }
  return network;
}

/**
 * The time of the second step, because the first one compiles. If the first takes seconds, its own time will
 * do.
 */
async function timedStep(network: TestNetwork): Promise<number> {
  const first = await millisecondsOf(network.step);
  return first > SEARCH_MS ? first : millisecondsOf(network.step);
}

/**
 * The work of a training step. conv1 grows with the width, every other layer with its square; at width 1 it
 * is 4.1 GFLOP per image.
 */
function gigaflopOf({ width, batchSize }: Size): number {
  return batchSize * (0.42 * width + 3.71 * width ** 2);
}

function makeNetwork(size: Size): TestNetwork {
  const model = alexnet('original2012', { width: size.width });
  const optimizer = new SgdMomentum({ learningRate: 1e-6 }); // the images are noise
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
