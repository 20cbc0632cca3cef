import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { RunCheckpoints } from '../checkpoints/run-checkpoints.js';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { DivergedError, requireSoundLoss, whereDiverged } from './diverged.js';
import type { Stepper } from './stepper.js';
import type { TrainEvent } from './train-event.js';
import type { TrainState } from './train-state.js';
import type { Batch, StepResult } from './train-step.js';

/** The batches of an epoch, in the order they are trained on; `size` is how many a whole epoch has, if known. */
export type EpochBatches = AsyncIterable<Batch> & { size?: number };

/** A run under way. */
export interface EpochRun {
  readonly model: tfl.LayersModel;
  readonly optimizer: SgdMomentum;
  readonly stepper: Stepper;
  readonly batches: (epoch: number, startBatch: number) => EpochBatches;
  readonly microBatchSize: number | undefined;
  readonly maxSteps: number | undefined;
  readonly lossLimit: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly checkpoints: RunCheckpoints | undefined;
  readonly state: Required<TrainState>;
  /** Rates of the layers that have their own in this epoch. */
  layerRates: Readonly<Record<string, number>>;
  /** A step is under way: weights and position do not belong together. */
  isStepping: boolean;
}

/** Trains on the batches of an epoch, or the rest of it. Returns whether it came to its end, not that of the steps. */
export async function* trainEpoch(run: EpochRun): AsyncGenerator<TrainEvent, boolean, undefined> {
  const { state, optimizer, signal, checkpoints, layerRates } = run;
  const { epoch, totals } = state;
  const batches = run.batches(epoch, state.batch);
  const { learningRate } = optimizer;
  yield {
    type: 'epochBegin',
    epoch,
    learningRate,
    ...(Object.keys(layerRates).length > 0 && { layerLearningRates: layerRates }),
    steps: batches.size,
    ...(state.batch > 0 && { resumedAt: state.batch }),
  };
  let waitingSince = performance.now();
  for await (const batch of rest(run, batches)) {
    const begun = performance.now();
    const images = batch.xs.shape[0] ?? 0;
    const { loss, correct, correctTop5, devices } = await stepAndDispose(run, batch);
    const seconds = (performance.now() - begun) / 1000;
    const waitSeconds = (begun - waitingSince) / 1000;
    const { step } = state;
    state.step++;
    state.batch++;
    totals.steps++;
    totals.images += images;
    totals.loss += loss;
    totals.correct += correct;
    totals.correctTop5 += correctTop5;
    totals.seconds += seconds + waitSeconds;
    totals.waitSeconds += waitSeconds;
    const [top1Error, top5Error] = [1 - correct / images, 1 - correctTop5 / images];
    yield {
      type: 'step',
      epoch,
      step,
      loss,
      top1Error,
      top5Error,
      images,
      learningRate,
      seconds,
      waitSeconds,
      ...(devices && { devices }),
    };
    yield* checkpoints?.afterStep(state) ?? [];
    if (isEnough(run) && state.batch !== batches.size) return false;
    await turn();
    signal?.throwIfAborted();
    waitingSince = performance.now();
  }
  if (totals.steps > 0) return true;
  throw new RangeError(`batches must hold at least one batch (train), got none in epoch ${epoch}.`);
}

/** Whether all steps asked for are taken. */
export function isEnough({ state, maxSteps = Number.POSITIVE_INFINITY }: EpochRun): boolean {
  return state.step >= maxSteps;
}

/** The batches that are not behind the run; those that are, where `batches` is not told of them, are passed over. */
async function* rest({ batches, state }: EpochRun, all: EpochBatches): AsyncGenerator<Batch> {
  let behind = batches.length >= 2 ? 0 : state.batch;
  for await (const batch of all) {
    if (behind > 0) {
      behind--;
      tf.dispose([batch.xs, batch.ys]);
    } else yield batch;
  }
}

async function stepAndDispose(run: EpochRun, batch: Batch): Promise<StepResult> {
  const { model, stepper, optimizer, microBatchSize, signal, state } = run;
  const { learningRate } = optimizer;
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

/** Lets the event loop turn: signals are heard and files written even where everything else is at hand. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });
}
