import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { addStep, type TrainState } from '../checkpoints/train-state.js';
import { defaultOf, layerDefaults } from '../optimizer/per-variable.js';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { BatchFeed } from './batch-feed.js';
import { DivergedError, requireSoundLoss, whereDiverged } from './diverged.js';
import type { RunCheckpoints } from './run-checkpoints.js';
import type { Stepper } from './stepper.js';
import type { TrainEvent } from './train-event.js';
import type { Batch, StepResult } from './train-step.js';

/**
 * The batches of an epoch, in the order they are trained on; `size` is how many a whole epoch has, if known.
 */
export type EpochBatches = AsyncIterable<Batch> & { size?: number };

/** A run in progress. */
export interface EpochRun {
  readonly model: tfl.LayersModel;
  readonly optimizer: SgdMomentum;
  readonly stepper: Stepper;
  readonly batches: (epoch: number, startBatch: number) => EpochBatches;
  readonly microBatchSize: number | undefined;
  readonly maxSteps: number | undefined;
  readonly lossLimit: number | undefined;
  readonly prefetch: boolean;
  readonly signal: AbortSignal | undefined;
  readonly checkpoints: RunCheckpoints | undefined;
  readonly state: Required<TrainState>;
  /** Whether a step is being taken: until it ends, the weights do not match the state. */
  isStepping: boolean;
}

/** Trains on the batches of an epoch, or the rest of it. Returns false if `maxSteps` ended it early. */
export async function* trainEpoch(run: EpochRun): AsyncGenerator<TrainEvent, boolean, undefined> {
  const { state } = run;
  const batches = run.batches(state.epoch, state.batch);
  yield epochBegin(run, batches.size);
  const feed = new BatchFeed(rest(run, batches));
  try {
    if (!(yield* stepThrough(run, feed, batches.size))) return false;
  } finally {
    await feed.close();
  }
  if (state.totals.steps > 0) return true;
  throw new RangeError(`batches must hold at least one batch (train), got none in epoch ${state.epoch}.`);
}

/** Takes a step for each batch. Returns false if `maxSteps` ended the epoch before its last batch. */
async function* stepThrough(
  run: EpochRun,
  feed: BatchFeed,
  size: number | undefined,
): AsyncGenerator<TrainEvent, boolean, undefined> {
  const { state, signal, checkpoints, prefetch, maxSteps = Number.POSITIVE_INFINITY } = run;
  for (;;) {
    const waitingSince = performance.now();
    const batch = await feed.next();
    if (!batch) return true;
    const stepping = timedStep(run, batch, (performance.now() - waitingSince) / 1000);
    if (prefetch && state.step + 1 < maxSteps) feed.request();
    yield await stepping;
    yield* checkpoints?.afterStep(state) ?? [];
    if (isEnough(run) && state.batch !== size) return false;
    await turn();
    signal?.throwIfAborted();
  }
}

function epochBegin({ state, optimizer }: EpochRun, steps: number | undefined): TrainEvent {
  const layerLearningRates = layerDefaults(optimizer.learningRate);
  return {
    type: 'epochBegin',
    epoch: state.epoch,
    learningRate: defaultOf(optimizer.learningRate),
    ...(Object.keys(layerLearningRates).length > 0 && { layerLearningRates }),
    steps,
    ...(state.batch > 0 && { resumedAt: state.batch }),
  };
}

/** Takes a step and counts it in the state. */
async function timedStep(run: EpochRun, batch: Batch, waitSeconds: number): Promise<TrainEvent> {
  const { state, optimizer } = run;
  const { epoch, step } = state;
  const images = batch.xs.shape[0] ?? 0;
  const startedAt = performance.now();
  const { devices, ...measured } = await stepAndDispose(run, batch);
  const seconds = (performance.now() - startedAt) / 1000;
  addStep(state, { ...measured, images, seconds, waitSeconds });
  return {
    type: 'step',
    epoch,
    step,
    loss: measured.loss,
    top1Error: 1 - measured.correct / images,
    top5Error: 1 - measured.correctTop5 / images,
    images,
    learningRate: defaultOf(optimizer.learningRate),
    seconds,
    waitSeconds,
    ...(devices && { devices }),
  };
}

/** Whether the run has taken all of its `maxSteps`. */
export function isEnough({ state, maxSteps = Number.POSITIVE_INFINITY }: EpochRun): boolean {
  return state.step >= maxSteps;
}

/**
 * The batches still to train on. If `batches` does not take a `startBatch`, earlier batches are skipped here.
 */
async function* rest({ batches, state }: EpochRun, all: EpochBatches): AsyncGenerator<Batch> {
  let toSkip = batches.length >= 2 ? 0 : state.batch;
  for await (const batch of all) {
    if (toSkip > 0) {
      toSkip--;
      tf.dispose([batch.xs, batch.ys]);
    } else yield batch;
  }
}

async function stepAndDispose(run: EpochRun, batch: Batch): Promise<StepResult> {
  const { model, stepper, optimizer, microBatchSize, signal, state } = run;
  const learningRate = defaultOf(optimizer.learningRate);
  const lossLimit = run.lossLimit ?? 100 * Math.log(batch.ys.shape[1] ?? 2);
  try {
    signal?.throwIfAborted();
    run.isStepping = true;
    const result = await stepper.step(batch, {
      microBatchSize,
      check: ({ loss }) => requireSoundLoss(loss, { step: state.step, learningRate, lossLimit }),
    });
    run.isStepping = false;
    return result;
  } catch (error) {
    if (error instanceof DivergedError) {
      await stepper.collect();
      error.message += `; ${await whereDiverged(model, optimizer, batch.xs, error)}.`;
    }
    throw error;
  } finally {
    tf.dispose([batch.xs, batch.ys]);
  }
}

/**
 * Lets the event loop turn, so that signals arrive and files are written even if nothing else is
 * asynchronous.
 */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });
}
