import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { noTotals, type TrainState } from '../checkpoints/train-state.js';
import { checkedPerVariable, defaultOf, layerOf, requireLayers } from '../optimizer/per-variable.js';
import { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { logitsOf } from './logits-of.js';
import { RunCheckpoints } from './run-checkpoints.js';
import { localStepper } from './stepper.js';
import { type EpochBatches, type EpochRun, isEnough, trainEpoch } from './train-epoch.js';
import type { TrainEvent, Validation } from './train-event.js';
import { requireTrainOptions, type TrainOptions } from './train-options.js';

export type { TrainOptions };

/**
 * Trains a model and yields what happens: an async generator whose caller may leave at any event.
 *
 * @param model A model that ends in a softmax layer, as `alexnet()` makes it.
 * @param batches Gives the batches of an epoch from `startBatch` on; their tensors are disposed after use. A
 *   function of the epoch alone gives all of them, and a resumed run skips the batches that it has already
 *   trained on.
 * @throws TypeError if the model does not end in a softmax or an option is unknown; RangeError if a number is
 *   out of range or a learning rate is for a layer that the model does not have; DivergedError if the loss is
 *   not finite or above `lossLimit`, before anything is updated by it; Error if a checkpoint cannot be
 *   written.
 * @see Krizhevsky et al. 2012, sec. 5
 * @example
 * const batches = (epoch, startBatch) => data.batches({ split: 'train', epoch, startBatch });
 * for await (const event of train(model, batches, { epochs: 90, checkpoints: { directory: 'run/checkpoints' } })) {
 *   if (event.type === 'epochEnd') console.log(event.epoch, event.trainLoss);
 * }
 */
export async function* train(
  model: tfl.LayersModel,
  batches: (epoch: number, startBatch: number) => EpochBatches,
  options: TrainOptions = {},
): AsyncGenerator<TrainEvent, void, undefined> {
  requireTrainOptions(options);
  const { microBatchSize, maxSteps, lossLimit, prefetch = false, resume, signal } = options;
  const logits = logitsOf(model);
  const optimizer = options.optimizer ?? new SgdMomentum();
  const layers = layersWithWeights(model);
  requireLayers('learningRate', optimizer.learningRate, layers, 'train');
  requireLayers('weightDecay', optimizer.weightDecay, layers, 'train');
  const stepper = options.stepper ?? localStepper(model, logits, optimizer);
  const run: EpochRun = {
    ...{ model, optimizer, stepper, batches, microBatchSize, maxSteps, lossLimit, prefetch, signal },
    state: startOf(resume),
    isStepping: false,
    checkpoints: options.checkpoints && new RunCheckpoints(model, optimizer, stepper, options.checkpoints),
  };
  try {
    yield* trainEpochs(run, options);
  } catch (error) {
    // between two steps the state is consistent, so a run that is stopped there loses nothing
    const state = signal?.aborted && !run.isStepping ? run.state : undefined;
    throw run.checkpoints ? yield* run.checkpoints.finishAfter(error, state) : error;
  } finally {
    if (!options.optimizer) optimizer.dispose();
    await run.checkpoints?.settle(); // for a caller who left early; an error here is then the only one
  }
}

async function* trainEpochs(
  run: EpochRun,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { state, checkpoints } = run;
  const { epochs = 90, validate } = options;
  let reason: (TrainEvent & { type: 'end' })['reason'] = 'epochs';
  while (state.epoch < epochs) {
    if (isEnough(run)) reason = 'maxSteps';
    else if (setLearningRate(run, options) === 'stop') reason = 'schedule';
    else if (!(yield* trainEpoch(run))) reason = 'maxSteps';
    if (reason !== 'epochs') break;
    yield endEpoch(run, validate && (await validate(state.epoch)));
    yield* checkpoints?.begin(state) ?? [];
  }
  yield* checkpoints?.finish(state) ?? [];
  yield { type: 'end', reason, epoch: state.epoch, step: state.step };
}

/** Moves the state to the next epoch. */
function endEpoch({ state, optimizer }: EpochRun, validation: Validation | undefined): TrainEvent {
  const { epoch, step, totals } = state;
  const validationErrors = [...state.validationErrors, ...(validation ? [validation.top1Error] : [])];
  Object.assign(state, { epoch: epoch + 1, batch: 0, validationErrors, totals: noTotals() });
  return {
    type: 'epochEnd',
    epoch,
    step,
    trainLoss: totals.loss / totals.steps,
    trainTop1Error: 1 - totals.correct / totals.images,
    trainTop5Error: 1 - totals.correctTop5 / totals.images,
    learningRate: defaultOf(optimizer.learningRate),
    images: totals.images,
    seconds: totals.seconds,
    waitSeconds: totals.waitSeconds,
    ...(validation && { validation }),
    validationErrors,
  };
}

/** Sets the learning rate of the epoch that begins or is resumed; 'stop' if the schedule ends the run. */
function setLearningRate(
  { model, optimizer, state }: EpochRun,
  { schedule }: TrainOptions,
): 'stop' | undefined {
  if (!schedule) return undefined;
  const given = schedule(state.epoch, state.validationErrors);
  if (given === 'stop') return given;
  const learningRate = checkedPerVariable('learningRate', given, 'schedule');
  requireLayers('learningRate', learningRate, layersWithWeights(model), 'schedule');
  optimizer.learningRate = learningRate;
  return undefined;
}

/** The layers that variables are named after, including those inside a model that is used as a layer. */
function layersWithWeights(model: tfl.LayersModel): ReadonlySet<string> {
  return new Set(model.weights.map((weight) => layerOf((weight.read() as tf.Variable).name)));
}

function startOf(resume: TrainState | undefined): Required<TrainState> {
  const { epoch = 0, batch = 0, step = 0, validationErrors = [], totals = noTotals() } = resume ?? {};
  return { epoch, batch, step, validationErrors, totals: { ...totals } };
}
