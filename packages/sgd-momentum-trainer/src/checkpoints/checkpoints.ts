import { requireWhole } from '@alexnet/validate';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { loadCheckpoint } from './checkpoint.js';
import { type CheckpointState, type Snapshot, stateOf, takeSnapshot } from './checkpoint-snapshot.js';
import { DamagedCheckpointError } from './damaged-checkpoint.js';
import type { CheckpointPlace, SavedCheckpoint } from './files.js';
import { unwritten } from './unwritten.js';

export type { CheckpointPlace };

/** A checkpoint that a {@link Checkpoints} wrote. */
export interface WrittenCheckpoint extends SavedCheckpoint, CheckpointPlace {
  epoch: number;
  batch: number;
  /** Seconds for which the caller waited: the copy is made before training continues. */
  stallSeconds: number;
}

/** What {@link Checkpoints.load} found. */
export interface LoadedCheckpoint extends CheckpointState {
  path: string;
  /** What is wrong with each newer checkpoint that was skipped. */
  damaged: readonly string[];
}

/**
 * The last checkpoints of a run, each in a folder `step-<n>` of its own.
 *
 * @example
 * const checkpoints = new Checkpoints('run/checkpoints', { keep: 3 });
 * const resume = await checkpoints.load(model, optimizer); // undefined if there is none
 */
export class Checkpoints {
  readonly directory: string;
  readonly #keep: number;
  #writing: { isDone: boolean; written: Promise<WrittenCheckpoint> } | undefined;

  /** @throws RangeError unless `keep` is a whole number >= 1. */
  constructor(directory: string, { keep = 3 }: { keep?: number } = {}) {
    requireWhole('keep', keep, 1, 'Checkpoints');
    this.directory = directory;
    this.#keep = keep;
  }

  /** All checkpoints of the folder, oldest first. */
  async list(): Promise<CheckpointPlace[]> {
    return (await files()).listCheckpoints(this.directory);
  }

  /**
   * Loads the newest whole checkpoint into a model and an optimizer; returns undefined if there is none.
   *
   * @throws Error with the difference if it is of another model; DamagedCheckpointError if all are damaged.
   */
  async load(model: tfl.LayersModel, optimizer?: SgdMomentum): Promise<LoadedCheckpoint | undefined> {
    return this.#firstWhole((path) => loadCheckpoint(path, model, optimizer));
  }

  /**
   * Finds the newest whole checkpoint and checks all its files; returns undefined if there is none.
   *
   * @throws DamagedCheckpointError if all are damaged.
   */
  async newest(): Promise<LoadedCheckpoint | undefined> {
    const { readCheckpoint } = await import('./read-checkpoint.js');
    return this.#firstWhole(async (path) => stateOf((await readCheckpoint(path)).description));
  }

  /** What `read` returns for the newest checkpoint that is not damaged. */
  async #firstWhole(read: (path: string) => Promise<CheckpointState>): Promise<LoadedCheckpoint | undefined> {
    const damaged: string[] = [];
    for (const { path } of (await this.list()).reverse()) {
      try {
        return { ...(await read(path)), path, damaged };
      } catch (error) {
        if (!(error instanceof DamagedCheckpointError)) throw error;
        damaged.push(error.message);
      }
    }
    if (damaged.length > 0) throw new DamagedCheckpointError(damaged.join(' '));
    return undefined;
  }

  /**
   * Copies the state of a run and returns; the copy is written in the background while training continues. Waits first
   * for the previous checkpoint if it is still being written, and returns it.
   *
   * @throws Error naming the folder if this checkpoint cannot be taken or the previous one could not be written.
   */
  async begin(
    model: tfl.LayersModel,
    optimizer: SgdMomentum,
    state: CheckpointState,
  ): Promise<WrittenCheckpoint | undefined> {
    const startedAt = performance.now();
    const before = await this.settle();
    const path = `${this.directory}/step-${String(state.step).padStart(8, '0')}`;
    const snapshot = await takeSnapshot(model, optimizer, state).catch((error: Error) => {
      throw unwritten(path, error);
    });
    const stallSeconds = (performance.now() - startedAt) / 1000;
    const writing = { isDone: false, written: this.#write(path, snapshot, stallSeconds) };
    const done = (): void => {
      writing.isDone = true;
    };
    writing.written.then(done, done); // its error is thrown by settle
    this.#writing = writing;
    return before;
  }

  /**
   * Waits until the checkpoint that is being written is on the disk; returns undefined if none is being written.
   *
   * @throws Error naming its folder if it could not be written.
   */
  async settle(): Promise<WrittenCheckpoint | undefined> {
    const writing = this.#writing;
    this.#writing = undefined;
    return writing?.written;
  }

  /** The last checkpoint that was started, once it is on the disk; undefined until then. Does not wait. */
  async take(): Promise<WrittenCheckpoint | undefined> {
    return this.#writing?.isDone ? this.settle() : undefined;
  }

  async #write(path: string, snapshot: Snapshot, stallSeconds: number): Promise<WrittenCheckpoint> {
    const { epoch, step, batch = 0 } = snapshot.description;
    try {
      const { writeSnapshot, removeOldCheckpoints } = await files();
      const saved = await writeSnapshot(path, snapshot);
      await removeOldCheckpoints(this.directory, this.#keep);
      return { ...saved, path, epoch, batch, step, stallSeconds };
    } catch (error) {
      throw unwritten(path, error as Error);
    }
  }
}

function files(): Promise<typeof import('./files.js')> {
  return import('./files.js');
}
