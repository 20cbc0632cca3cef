import { requireBoolean, requireKnownOptions, requireWhole } from '@alexnet/validate';
import type { TrainState } from '../checkpoints/train-state.js';
import type { Schedule } from '../optimizer/schedule.js';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import type { CheckpointOptions } from './run-checkpoints.js';
import type { Stepper } from './stepper.js';
import type { Validation } from './train-event.js';

/** Options of `train`. */
export interface TrainOptions {
  /** The most epochs that the whole run has; a schedule may end it sooner. Default 90, sec. 5. */
  epochs?: number;
  /** The most steps that the whole run has; it may be resumed with more. Default no limit. */
  maxSteps?: number;
  /** Default a new `SgdMomentum` with the paper's constants. */
  optimizer?: SgdMomentum;
  /** Takes the steps elsewhere, with the optimizer's constants. Default on the model itself. */
  stepper?: Stepper;
  /**
   * Gives the learning rate of each epoch, or 'stop': `plateauSchedule`, `stepSchedule` or any function.
   * Default the optimizer's learning rate throughout.
   */
  schedule?: Schedule;
  /**
   * Rows that pass through the network at a time, to save memory: a larger batch is split into pieces of at
   * most this size, and the update uses the gradient of the whole batch's mean loss. Dropout draws its masks
   * for each piece, so they differ from the masks of the whole batch. Default the whole batch at once.
   */
  microBatchSize?: number;
  /**
   * Requests the next batch while a step is being computed, which saves time with a GPU or with a `stepper` that
   * computes elsewhere. Two batches then exist at once, so they must not share memory, as the reader's do with
   * `reuse`. Default false.
   */
  prefetch?: boolean;
  /** A loss above it ends the run. Default 100 times the loss of guessing: 100 ln(classes). */
  lossLimit?: number;
  /** Called after each epoch; its top-1 error drives a plateau schedule. */
  validate?: (epoch: number) => Promise<Validation>;
  /** Where checkpoints go, and when they are taken. Default none. */
  checkpoints?: CheckpointOptions;
  /** Where to resume: the result of `Checkpoints.load` or `loadCheckpoint`. */
  resume?: TrainState | undefined;
  /**
   * Ends the run between two steps with the signal's reason; with `checkpoints`, after one more checkpoint.
   */
  signal?: AbortSignal;
}

const names = [
  'epochs',
  'maxSteps',
  'optimizer',
  'stepper',
  'schedule',
  'microBatchSize',
  'prefetch',
  'lossLimit',
  'validate',
  'checkpoints',
  'resume',
  'signal',
] satisfies (keyof TrainOptions)[];

/** @throws TypeError for an unknown option, RangeError unless counts are whole numbers >= 1. */
export function requireTrainOptions(options: TrainOptions): void {
  requireKnownOptions(options, names, 'train');
  const { microBatchSize, maxSteps, prefetch } = options;
  if (prefetch !== undefined) requireBoolean('prefetch', prefetch, 'train');
  for (const [name, value] of Object.entries({ microBatchSize, maxSteps })) {
    if (value !== undefined) requireWhole(name, value, 1, 'train');
  }
}
