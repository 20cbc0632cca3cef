import { parentPort, workerData } from 'node:worker_threads';
import { partition, type TowerPart } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { AlexNetDropout } from '@alexnet/layers';
import { imagesRight, SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import { SharedLink } from './shared-link.js';
import type { NamedValues, TowerAnswers, TowerStart, TowerState, TowerTask } from './tower-messages.js';

// The thread of one tower: its own backend, weights, velocities and masks. It does one task at a time.
const port = parentPort;
if (!port) throw new Error('tower-thread.js must run as a worker thread');
const start = workerData as TowerStart;
const { index, channels } = start;
tf.enableProdMode(); // no banner
const used = await useBackend(start.backend, { threads: start.threads });
const tower: TowerPart = partition(start.preset, start.overrides).tower(index);
const optimizer = new SgdMomentum(start.optimizer);
const link = new SharedLink(channels[index === 0 ? 1 : 0], channels[index]);
const side = tower.segments[0]?.inputs[0]?.shape[1] as number;
const classes = start.overrides.classes as number;
let gradients: tf.NamedTensorMap = {};

let last: Promise<void> = Promise.resolve();
port.on('message', (task: TowerTask) => {
  last = last.then(async () => {
    try {
      port.postMessage({ answer: await answer(task) });
    } catch (error) {
      port.postMessage({ error: (error as Error).message });
    }
  });
});
port.postMessage({ answer: `${used.name}, ${used.device}` });

function answer(task: TowerTask): Promise<TowerAnswers[TowerTask['type']]> | TowerAnswers[TowerTask['type']] {
  switch (task.type) {
    case 'load':
      return load(task.state);
    case 'gradients':
      return findGradients(task.rows);
    case 'apply':
      return apply(task.learningRate, task.rates);
    case 'predict':
      return predict(task.rows);
    case 'collect':
      return collect();
  }
}

async function findGradients(rows: number): Promise<TowerAnswers['gradients']> {
  Object.assign(link.times, { waiting: 0, copying: 0, bytes: 0 });
  const xs = imagesOf(rows);
  const ys = index === 0 ? tf.tensor2d(copyOf(start.labels, rows * classes), [rows, classes]) : undefined;
  const found = await tower.gradients({ xs, ...(ys && { ys }) }, link);
  gradients = found.gradients;
  const { loss, logits } = found;
  const times = { ...link.times };
  try {
    if (!loss || !logits || !ys) return { times };
    const measured = tf.tidy(() => tf.stack([loss, ...imagesRight(logits as tf.Tensor2D, ys, [1, 5])]));
    const [value, correct, correctTop5] = await measured.data<'float32'>();
    measured.dispose();
    return { loss: value as number, correct: correct as number, correctTop5: correctTop5 as number, times };
  } finally {
    tf.dispose([xs, ...(ys ? [ys] : []), ...(loss ? [loss] : []), ...(logits ? [logits] : [])]);
  }
}

function apply(learningRate: number, rates: readonly [string, number][]): undefined {
  const names = new Map(weights().map(({ originalName, variable }) => [originalName, variable.name]));
  optimizer.learningRate = learningRate;
  optimizer.variableRates = new Map(
    rates.flatMap(([name, rate]) => (names.has(name) ? [[names.get(name) as string, rate] as const] : [])),
  );
  optimizer.applyGradients(gradients);
  tf.dispose(gradients);
  gradients = {};
  return undefined;
}

async function predict(rows: number): Promise<Float32Array | undefined> {
  const xs = imagesOf(rows);
  const probabilities = await tower.predict(xs, link);
  xs.dispose();
  const values = await probabilities?.data<'float32'>();
  probabilities?.dispose();
  return values?.slice();
}

function load(state: TowerState): undefined {
  optimizer.dispose();
  for (const { originalName, variable } of weights()) {
    tf.tidy(() => variable.assign(tf.tensor(valuesOf(state.weights, originalName), variable.shape)));
    const velocity = state.velocities[originalName];
    if (velocity) tf.tidy(() => optimizer.setVelocity(variable.name, tf.tensor(velocity, variable.shape)));
  }
  for (const layer of dropouts()) layer.randomState = state.randomStates[layer.name] ?? 0;
  return undefined;
}

async function collect(): Promise<TowerState> {
  const state: TowerState = { weights: {}, velocities: {}, randomStates: {} };
  for (const { originalName, variable } of weights()) {
    state.weights[originalName] = (await variable.data<'float32'>()).slice();
    const velocity = optimizer.velocityOf(variable.name);
    if (velocity) state.velocities[originalName] = (await velocity.data<'float32'>()).slice();
  }
  for (const layer of dropouts()) state.randomStates[layer.name] = layer.randomState;
  return state;
}

function weights(): { originalName: string; variable: tf.Variable }[] {
  return tower.layers.flatMap((layer) =>
    layer.weights.map((weight) => ({
      originalName: weight.originalName,
      variable: weight.read() as tf.Variable,
    })),
  );
}

function dropouts(): AlexNetDropout[] {
  return tower.segments.flatMap(({ layers }) => layers).filter((layer) => layer instanceof AlexNetDropout);
}

function valuesOf(values: NamedValues, name: string): Float32Array {
  const found = values[name];
  if (found) return found;
  throw new RangeError(`the weights of tower ${'AB'[index]} must have '${name}'.`);
}

function imagesOf(rows: number): tf.Tensor4D {
  return tf.tensor4d(copyOf(start.images, rows * side * side * 3), [rows, side, side, 3]);
}

/** A copy: tensors outlive what stands there. */
function copyOf(buffer: SharedArrayBuffer, values: number): Float32Array {
  return Float32Array.from(new Float32Array(buffer, 0, values));
}
