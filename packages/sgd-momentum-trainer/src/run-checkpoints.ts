import type * as tfl from '@tensorflow/tfjs-layers';
import { Checkpoints, type WrittenCheckpoint } from './checkpoints.js';
import type { DivergedError } from './diverged.js';
import type { SgdMomentum } from './sgd-momentum.js';
import type { Stepper } from './stepper.js';
import type { CheckpointOptions } from './train.js';
import type { TrainEvent } from './train-event.js';
import type { TrainState } from './train-state.js';

type CheckpointEvents = AsyncGenerator<TrainEvent & { type: 'checkpoint' }, void, undefined>;

/** Takes the checkpoints of a run when they are due, and tells of each once it is on the disk. */
export class RunCheckpoints {
  private readonly store: Checkpoints;
  private begunAt = performance.now();
  private begun = '';

  constructor(
    private readonly model: tfl.LayersModel,
    private readonly optimizer: SgdMomentum,
    private readonly stepper: Stepper,
    private readonly options: CheckpointOptions,
  ) {
    const { directory, keep, everySteps, everySeconds } = options;
    this.store = new Checkpoints(directory, { ...(keep !== undefined && { keep }) });
    if (everySteps !== undefined && !(Number.isInteger(everySteps) && everySteps >= 1)) {
      throw new RangeError(`everySteps must be a whole number >= 1 (train), got ${everySteps}.`);
    }
    if (everySeconds !== undefined && !(everySeconds > 0)) {
      throw new RangeError(`everySeconds must be a number > 0 (train), got ${everySeconds}.`);
    }
  }

  /** Between two steps of an epoch. */
  async *afterStep(state: TrainState): CheckpointEvents {
    const { everySteps = Number.NaN, everySeconds = Number.POSITIVE_INFINITY } = this.options;
    const isDue = state.step % everySteps === 0 || performance.now() - this.begunAt >= everySeconds * 1000;
    if (isDue) yield* this.begin(state);
    yield* eventOf(await this.store.take());
  }

  /** Takes one now; it is written while training goes on. */
  async *begin(state: TrainState): CheckpointEvents {
    const { settings, versions } = this.options;
    const kept = structuredClone(state);
    await this.stepper.collect();
    this.begun = placeOf(state);
    yield* eventOf(await this.store.begin(this.model, this.optimizer, { ...kept, settings, versions }));
    this.begunAt = performance.now();
  }

  /** Takes one of the run as it stands, unless there is one, and waits until it is on the disk. */
  async *finish(state: TrainState): CheckpointEvents {
    if (this.begun !== placeOf(state)) yield* this.begin(state);
    yield* eventOf(await this.store.settle());
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await this.store.settle();
  }

  /** The error, with the checkpoint that a run can go on from. */
  async withLast(error: DivergedError): Promise<DivergedError> {
    await this.store.settle();
    const last = (await this.store.list()).at(-1);
    error.message += last ? ` The last checkpoint is ${last.path}.` : ' There is no checkpoint yet.';
    return error;
  }
}

function placeOf({ epoch, batch = 0, step }: TrainState): string {
  return `${epoch} ${batch} ${step}`;
}

function* eventOf(
  written: WrittenCheckpoint | undefined,
): Generator<TrainEvent & { type: 'checkpoint' }, void, undefined> {
  if (written) yield { type: 'checkpoint', ...written };
}
