import { messageOf, requireWhole } from '@alexnet/validate';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Checkpoints, type WrittenCheckpoint } from '../checkpoints/checkpoints.js';
import type { TrainState } from '../checkpoints/train-state.js';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { DivergedError } from './diverged.js';
import type { Stepper } from './stepper.js';
import type { TrainEvent } from './train-event.js';

/** When `train` takes checkpoints, beside those at the end of every epoch, and where they go. */
export interface CheckpointOptions {
  /** Each gets a folder `step-<n>` of its own in it; see `Checkpoints`. */
  directory: string;
  /** After so many steps, counted from the beginning of the run. Default never. */
  everySteps?: number;
  /** After so many seconds. Default never. */
  everySeconds?: number;
  /** How many of the last are kept. Default 3. */
  keep?: number;
  /** JSON to be kept in each. */
  settings?: unknown;
  versions?: unknown;
}

type CheckpointEvents = AsyncGenerator<TrainEvent & { type: 'checkpoint' }, void, undefined>;

/** Takes the checkpoints of a run when they are due and yields an event for each once it is on the disk. */
export class RunCheckpoints {
  readonly #model: tfl.LayersModel;
  readonly #optimizer: SgdMomentum;
  readonly #stepper: Stepper;
  readonly #options: CheckpointOptions;
  readonly #store: Checkpoints;
  #startedAt = performance.now();
  #startedPosition = '';

  constructor(model: tfl.LayersModel, optimizer: SgdMomentum, stepper: Stepper, options: CheckpointOptions) {
    this.#model = model;
    this.#optimizer = optimizer;
    this.#stepper = stepper;
    this.#options = options;
    const { directory, keep, everySteps, everySeconds } = options;
    this.#store = new Checkpoints(directory, { ...(keep !== undefined && { keep }) });
    if (everySteps !== undefined) requireWhole('everySteps', everySteps, 1, 'train');
    if (everySeconds !== undefined && !(everySeconds > 0)) {
      throw new RangeError(`everySeconds must be a number > 0 (train), got ${everySeconds}.`);
    }
  }

  /** Takes a checkpoint if one is due. Called between two steps of an epoch. */
  async *afterStep(state: TrainState): CheckpointEvents {
    const { everySteps = Number.NaN, everySeconds = Number.POSITIVE_INFINITY } = this.#options;
    const isDue = state.step % everySteps === 0 || performance.now() - this.#startedAt >= everySeconds * 1000;
    if (isDue) yield* this.begin(state);
    yield* eventOf(await this.#store.take());
  }

  /** Takes a checkpoint now; it is written while training continues. */
  async *begin(state: TrainState): CheckpointEvents {
    const { settings, versions } = this.#options;
    const kept = structuredClone(state);
    await this.#stepper.collect();
    this.#startedPosition = positionOf(state);
    yield* eventOf(await this.#store.begin(this.#model, this.#optimizer, { ...kept, settings, versions }));
    this.#startedAt = performance.now();
  }

  /** Takes a checkpoint of this state unless there is one, and waits until it is on the disk. */
  async *finish(state: TrainState): CheckpointEvents {
    if (this.#startedPosition !== positionOf(state)) yield* this.begin(state);
    yield* eventOf(await this.#store.settle());
  }

  /** Waits for a checkpoint that is being written. */
  async settle(): Promise<void> {
    await this.#store.settle();
  }

  /**
   * Takes a last checkpoint when an error ends a run, if `state` is a whole state, and waits until it is on the disk.
   * Returns the error to throw: the given one, with the path of the last checkpoint if the loss diverged, and with any
   * error of writing.
   */
  async *finishAfter(
    error: unknown,
    state: TrainState | undefined,
  ): AsyncGenerator<TrainEvent & { type: 'checkpoint' }, unknown, undefined> {
    let failure: Error | undefined;
    try {
      if (state) yield* this.finish(state);
      else yield* eventOf(await this.#store.settle());
    } catch (thrown) {
      failure = thrown as Error;
    }
    if (!(error instanceof DivergedError)) return failure ? both(error, failure) : error;
    const places = await this.#store.list().catch((thrown: Error) => {
      failure ??= thrown;
      return [];
    });
    const last = places.at(-1);
    if (failure) error.message += ` ${failure.message}`;
    error.message += last ? ` The last checkpoint is ${last.path}.` : ' There is no checkpoint yet.';
    return error;
  }
}

/** The error that ended a run and the one that followed it: the first is reported first, neither is lost. */
function both(first: unknown, second: Error): AggregateError {
  const message = messageOf(first);
  return new AggregateError([first, second], `${message.replace(/\.?$/, '.')} ${second.message}`);
}

function positionOf({ epoch, batch = 0, step }: TrainState): string {
  return `${epoch} ${batch} ${step}`;
}

function* eventOf(
  written: WrittenCheckpoint | undefined,
): Generator<TrainEvent & { type: 'checkpoint' }, void, undefined> {
  if (written) yield { type: 'checkpoint', ...written };
}
