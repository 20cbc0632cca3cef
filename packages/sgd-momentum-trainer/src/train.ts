import type * as tfl from '@tensorflow/tfjs-layers';
import {
  biasRates,
  type LayerSchedules,
  layerRates,
  requireLayers,
  variableRates,
} from './layer-schedules.js';
import { logitsOf } from './logits-of.js';
import { type RateSchedule, requireRate, type Schedule } from './schedule.js';
import { SgdMomentum } from './sgd-momentum.js';
import type { TrainEvent, Validation } from './train-event.js';
import { type Batch, type StepResult, trainStep } from './train-step.js';

/** The batches of an epoch, in the order they are trained on; `size` is how many there are, if known. */
export type EpochBatches = AsyncIterable<Batch> & { size?: number };

/** Options of {@link train}. */
export interface TrainOptions {
  /** How many epochs the whole run has at most: a schedule may end it before. Default 90, sec. 5. */
  epochs?: number;
  /** Default a new {@link SgdMomentum} with the paper's constants. */
  optimizer?: SgdMomentum;
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
  /** Called after each epoch; its top-1 error drives a plateau schedule. */
  validate?: (epoch: number) => Promise<Validation>;
  /** Where a resumed run goes on: the epochs, steps and validation errors it has behind it. */
  resume?: { epoch: number; step: number; validationErrors: readonly number[] };
  /** Ends the run between two steps with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Trains a model and yields what happens: an async generator that its caller drives and may leave at any event.
 *
 * @param model A model that ends in a softmax layer (as `alexnet()` makes it).
 * @param batches Gives the batches of an epoch; their tensors are disposed after use.
 * @throws TypeError if the model does not end in a softmax, RangeError if a schedule is of no layer or `microBatchSize`
 * no whole number >= 1, Error if the loss is no longer a number.
 * @see Krizhevsky et al. 2012, sec. 5
 * @example
 * for await (const event of train(model, (epoch) => data.batches({ split: 'train', epoch }), { epochs: 90 })) {
 *   if (event.type === 'epochEnd') console.log(event.epoch, event.trainLoss);
 * }
 */
export async function* train(
  model: tfl.LayersModel,
  batches: (epoch: number) => EpochBatches,
  options: TrainOptions = {},
): AsyncGenerator<TrainEvent, void, undefined> {
  const { epochs = 90, schedule, biasSchedule, layerSchedules = {}, validate, resume, signal } = options;
  const { microBatchSize } = options;
  const optimizer = options.optimizer ?? new SgdMomentum();
  const logits = logitsOf(model);
  requireLayers(model, layerSchedules);
  if (microBatchSize !== undefined) requireRows(microBatchSize);
  const validationErrors = [...(resume?.validationErrors ?? [])];
  let step = resume?.step ?? 0;
  try {
    for (let epoch = resume?.epoch ?? 0; epoch < epochs; epoch++) {
      if (schedule) {
        const rate = schedule(epoch, validationErrors);
        if (rate === 'stop') return;
        optimizer.learningRate = requireRate('schedule', rate);
      }
      const rates = layerRates(layerSchedules, epoch);
      const ofBiases = biasRates(model, biasSchedule?.(epoch, validationErrors));
      optimizer.variableRates = new Map([...ofBiases, ...variableRates(model, rates)]);
      const run = { model, logits, optimizer, batches, epoch, step, rates, microBatchSize, signal };
      const end: EpochEnd = yield* trainEpoch(run);
      step += end.steps;
      const validation = validate && (await validate(epoch));
      if (validation) validationErrors.push(validation.top1Error);
      yield {
        type: 'epochEnd',
        epoch,
        step,
        trainLoss: end.loss / end.steps,
        trainTop1Error: 1 - end.correct / end.images,
        learningRate: optimizer.learningRate,
        images: end.images,
        seconds: end.seconds,
        waitSeconds: end.waitSeconds,
        ...(validation && { validation }),
        validationErrors: [...validationErrors],
      };
    }
  } finally {
    if (!options.optimizer) optimizer.dispose();
  }
}

interface Epoch {
  model: tfl.LayersModel;
  logits: tfl.LayersModel;
  optimizer: SgdMomentum;
  batches: (epoch: number) => EpochBatches;
  epoch: number;
  step: number;
  rates: Readonly<Record<string, number>>;
  microBatchSize: number | undefined;
  signal: AbortSignal | undefined;
}

interface EpochEnd {
  steps: number;
  images: number;
  loss: number;
  correct: number;
  seconds: number;
  waitSeconds: number;
}

async function* trainEpoch(run: Epoch): AsyncGenerator<TrainEvent, EpochEnd, undefined> {
  const { optimizer, epoch, rates } = run;
  const batches = run.batches(epoch);
  const { learningRate } = optimizer;
  const ofLayers = Object.keys(rates).length > 0 && { layerLearningRates: rates };
  yield { type: 'epochBegin', epoch, learningRate, ...ofLayers, steps: batches.size };
  const total: EpochEnd = { steps: 0, images: 0, loss: 0, correct: 0, seconds: 0, waitSeconds: 0 };
  let waitingSince = performance.now();
  for await (const batch of batches) {
    const begun = performance.now();
    const images = batch.xs.shape[0] ?? 0;
    const { loss, correct } = await stepAndDispose(run, batch);
    const step = run.step + total.steps;
    if (!Number.isFinite(loss)) {
      throw new Error(
        `the loss became ${loss} in step ${step} (train) at learning rate ${learningRate}: lower the rate or check the data.`,
      );
    }
    const seconds = (performance.now() - begun) / 1000;
    const waitSeconds = (begun - waitingSince) / 1000;
    total.steps++;
    total.images += images;
    total.loss += loss;
    total.correct += correct;
    total.seconds += seconds + waitSeconds;
    total.waitSeconds += waitSeconds;
    const top1Error = 1 - correct / images;
    yield { type: 'step', epoch, step, loss, top1Error, images, learningRate, seconds, waitSeconds };
    waitingSince = performance.now();
  }
  if (total.steps === 0)
    throw new RangeError(`batches must hold at least one batch (train), got none in epoch ${epoch}.`);
  return total;
}

async function stepAndDispose(
  { model, logits, optimizer, microBatchSize, signal }: Epoch,
  batch: Batch,
): Promise<StepResult> {
  try {
    signal?.throwIfAborted();
    return await trainStep(model, logits, optimizer, batch, microBatchSize);
  } finally {
    batch.xs.dispose();
    batch.ys.dispose();
  }
}

function requireRows(microBatchSize: number): void {
  if (Number.isInteger(microBatchSize) && microBatchSize >= 1) return;
  throw new RangeError(`microBatchSize must be a whole number >= 1 (train), got ${microBatchSize}.`);
}
