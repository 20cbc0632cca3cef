import { requireWhole } from '@alexnet/validate';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type CheckpointOptions, RunCheckpoints } from '../checkpoints/run-checkpoints.js';
import {
  biasRates,
  type LayerSchedules,
  layerRates,
  requireLayers,
  variableRates,
} from '../optimizer/layer-schedules.js';
import { type RateSchedule, requireRate, type Schedule } from '../optimizer/schedule.js';
import { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { logitsOf } from './logits-of.js';
import { localStepper, type Stepper } from './stepper.js';
import { type EpochBatches, type EpochRun, isEnough, trainEpoch } from './train-epoch.js';
import type { TrainEvent, Validation } from './train-event.js';
import { noTotals, type TrainState } from './train-state.js';

/** Options of {@link train}. */
export interface TrainOptions {
  /** How many epochs the whole run has at most: a schedule may end it before. Default 90, sec. 5. */
  epochs?: number;
  /** How many steps the whole run has at most; it may be resumed with more. Default as many as the epochs have. */
  maxSteps?: number;
  /** Default a new {@link SgdMomentum} with the paper's constants. */
  optimizer?: SgdMomentum;
  /** Takes the steps elsewhere, by the optimizer's constants and rates. Default on the model itself. */
  stepper?: Stepper;
  /** The rate of each epoch, or 'stop': any function will do. Default the optimizer's own rate throughout. */
  schedule?: Schedule;
  /** The biases' rate, before their multiple, where it is not that of `schedule`; single layers' schedules go before it. */
  biasSchedule?: RateSchedule;
  /**
   * Rates of single layers, by name, where not those of `schedule`: `{conv1: (epoch) => (epoch < 72 ? undefined : 0)}`.
   * Biases keep their multiple.
   */
  layerSchedules?: LayerSchedules;
  /**
   * Rows that pass through the net at a time, for a small memory: a batch is taken in pieces of at most so many, and their
   * gradients are summed to that of the whole batch's mean loss before the one update. Dropout draws masks for each
   * piece, so other ones than for the whole batch. Default the whole batch at once.
   */
  microBatchSize?: number;
  /** A loss beyond it ends the run. Default 100 times that of guessing: 100 ln(classes). */
  lossLimit?: number;
  /** Called after each epoch; its top-1 error drives a plateau schedule. */
  validate?: (epoch: number) => Promise<Validation>;
  /** Where checkpoints go, and when. Default none. */
  checkpoints?: CheckpointOptions;
  /** Where a resumed run goes on: what `Checkpoints.load` or `loadCheckpoint` gives. */
  resume?: TrainState | undefined;
  /** Ends the run between two steps with the signal's reason; with `checkpoints`, after one more of them. */
  signal?: AbortSignal;
}

/**
 * Trains a model and yields what happens: an async generator that its caller drives and may leave at any event.
 *
 * @param model A model that ends in a softmax layer (as `alexnet()` makes it).
 * @param batches Gives the batches of an epoch, from `startBatch` on; their tensors are disposed after use. A function of
 *   the epoch alone gives them all: those that a resumed run has behind it are then passed over.
 * @throws TypeError if the model does not end in a softmax; RangeError if a schedule is of no layer or a number out of
 *   range; DivergedError if the loss is no number, or beyond `lossLimit`, before anything is updated by it; Error if a
 *   checkpoint cannot be written.
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
  const { layerSchedules = {}, microBatchSize, maxSteps, lossLimit, resume, signal } = options;
  const logits = logitsOf(model);
  requireLayers(model, layerSchedules);
  for (const [name, value] of Object.entries({ microBatchSize, maxSteps })) {
    if (value !== undefined) requireWhole(name, value, 1, 'train');
  }
  const optimizer = options.optimizer ?? new SgdMomentum();
  const stepper = options.stepper ?? localStepper(model, logits, optimizer);
  const run: EpochRun = {
    ...{ model, optimizer, stepper, batches, microBatchSize, maxSteps, lossLimit, signal },
    state: startOf(resume),
    layerRates: {},
    isStepping: false,
    checkpoints: options.checkpoints && new RunCheckpoints(model, optimizer, stepper, options.checkpoints),
  };
  try {
    yield* trainEpochs(run, options);
  } catch (error) {
    // between two steps the run is whole: whoever stopped it loses nothing
    const state = signal?.aborted && !run.isStepping ? run.state : undefined;
    throw run.checkpoints ? yield* run.checkpoints.finishAfter(error, state) : error;
  } finally {
    if (!options.optimizer) optimizer.dispose();
    await run.checkpoints?.settle(); // where the caller has left; what it throws is the only error
  }
}

async function* trainEpochs(
  run: EpochRun,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { optimizer, state, checkpoints } = run;
  const { epochs = 90, validate } = options;
  let reason: (TrainEvent & { type: 'end' })['reason'] = 'epochs';
  while (state.epoch < epochs) {
    if (isEnough(run)) reason = 'maxSteps';
    else if (setRates(run, options) === 'stop') reason = 'schedule';
    else if (!(yield* trainEpoch(run))) reason = 'maxSteps';
    if (reason !== 'epochs') break;
    const { epoch, step, totals } = state;
    const validation = validate && (await validate(epoch));
    const validationErrors = [...state.validationErrors, ...(validation ? [validation.top1Error] : [])];
    Object.assign(state, { epoch: epoch + 1, batch: 0, validationErrors, totals: noTotals() });
    yield {
      type: 'epochEnd',
      epoch,
      step,
      trainLoss: totals.loss / totals.steps,
      trainTop1Error: 1 - totals.correct / totals.images,
      trainTop5Error: 1 - totals.correctTop5 / totals.images,
      learningRate: optimizer.learningRate,
      images: totals.images,
      seconds: totals.seconds,
      waitSeconds: totals.waitSeconds,
      ...(validation && { validation }),
      validationErrors,
    };
    yield* checkpoints?.begin(state) ?? [];
  }
  yield* checkpoints?.finish(state) ?? [];
  yield { type: 'end', reason, epoch: state.epoch, step: state.step };
}

/** Sets the rates of the epoch that begins or goes on; 'stop' if the schedule says so. */
function setRates(run: EpochRun, options: TrainOptions): 'stop' | undefined {
  const { model, optimizer } = run;
  const { epoch, validationErrors } = run.state;
  const { schedule, biasSchedule, layerSchedules = {} } = options;
  if (schedule) {
    const rate = schedule(epoch, validationErrors);
    if (rate === 'stop') return rate;
    optimizer.learningRate = requireRate('schedule', rate);
  }
  run.layerRates = layerRates(layerSchedules, epoch);
  const ofBiases = biasRates(model, biasSchedule?.(epoch, validationErrors));
  optimizer.variableRates = new Map([...ofBiases, ...variableRates(model, run.layerRates)]);
  return undefined;
}

function startOf(resume: TrainState | undefined): Required<TrainState> {
  const { epoch = 0, batch = 0, step = 0, validationErrors = [], totals = noTotals() } = resume ?? {};
  return { epoch, batch, step, validationErrors, totals: { ...totals } };
}
