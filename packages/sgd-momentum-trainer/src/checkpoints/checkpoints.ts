import { requireWhole } from '@alexnet/validate';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { loadCheckpoint, type SavedCheckpoint, writeSnapshot } from './checkpoint.js';
import { type CheckpointState, type Snapshot, stateOf, takeSnapshot } from './checkpoint-snapshot.js';
import { DamagedCheckpointError } from './damaged-checkpoint.js';

/** A checkpoint among others: where it lies, and the run's step it is of. */
export interface CheckpointPlace {
  path: string;
  step: number;
}

/** A checkpoint that a {@link Checkpoints} wrote. */
export interface WrittenCheckpoint extends SavedCheckpoint, CheckpointPlace {
  epoch: number;
  batch: number;
  /** For how long its caller waited. */
  stallSeconds: number;
}

/** What {@link Checkpoints.load} found. */
export interface LoadedCheckpoint extends CheckpointState {
  path: string;
  /** Newer ones that were passed over, each with what is wrong with it. */
  damaged: readonly string[];
}

/**
 * The last checkpoints of a run, each in a folder `step-<n>` of its own.
 *
 * @example
 * const checkpoints = new Checkpoints('run/checkpoints', { keep: 3 });
 * const resume = await checkpoints.load(model, optimizer); // undefined where there is none
 */
export class Checkpoints {
  readonly directory: string;
  private readonly keep: number;
  private writing: { isDone: boolean; written: Promise<WrittenCheckpoint> } | undefined;

  /** @throws RangeError unless `keep` is a whole number >= 1. */
  constructor(directory: string, { keep = 3 }: { keep?: number } = {}) {
    requireWhole('keep', keep, 1, 'Checkpoints');
    this.directory = directory;
    this.keep = keep;
  }

  /** All that are there, oldest first. */
  async list(): Promise<CheckpointPlace[]> {
    const { readdir } = await import('node:fs/promises');
    const names = await readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const steps = names.flatMap((name) => /^step-(\d+)(?:\.previous)?$/.exec(name)?.[1] ?? []);
    const places = [...new Set(steps)].map((digits) => ({
      path: `${this.directory}/step-${digits}`,
      step: Number(digits),
    }));
    return places.sort((a, b) => a.step - b.step);
  }

  /**
   * Puts the newest whole one into a model and an optimizer; nothing where there is none.
   *
   * @throws Error if it is of another model, with the difference; DamagedCheckpointError if all are damaged.
   */
  async load(model: tfl.LayersModel, optimizer?: SgdMomentum): Promise<LoadedCheckpoint | undefined> {
    return this.firstWhole((path) => loadCheckpoint(path, model, optimizer));
  }

  /**
   * Finds the newest whole one, every file of it checked; nothing where there is none.
   *
   * @throws DamagedCheckpointError if all are damaged.
   */
  async newest(): Promise<LoadedCheckpoint | undefined> {
    const { readCheckpoint } = await import('./read-checkpoint.js');
    return this.firstWhole(async (path) => stateOf((await readCheckpoint(path)).description));
  }

  /** What `read` gives of the newest one that is not damaged. */
  private async firstWhole(
    read: (path: string) => Promise<CheckpointState>,
  ): Promise<LoadedCheckpoint | undefined> {
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
   * Copies a run as it stands and returns; the copy is written while training goes on. Waits first for the one before
   * it, and gives that, if it was still being written.
   *
   * @throws Error naming the folder if this one cannot be taken, or the one before could not be written.
   */
  async begin(
    model: tfl.LayersModel,
    optimizer: SgdMomentum,
    state: CheckpointState,
  ): Promise<WrittenCheckpoint | undefined> {
    const begun = performance.now();
    const before = await this.settle();
    const path = `${this.directory}/step-${String(state.step).padStart(8, '0')}`;
    const snapshot = await takeSnapshot(model, optimizer, state).catch((error: Error) => fail(path, error));
    const stallSeconds = (performance.now() - begun) / 1000;
    const writing = { isDone: false, written: this.write(path, snapshot, stallSeconds) };
    const done = (): void => {
      writing.isDone = true;
    };
    writing.written.then(done, done); // what it throws, settle throws
    this.writing = writing;
    return before;
  }

  /** Waits until the one that is being written is on the disk; nothing where none is. @throws Error naming its folder. */
  async settle(): Promise<WrittenCheckpoint | undefined> {
    const { writing } = this;
    this.writing = undefined;
    return writing?.written;
  }

  /** As {@link settle}, without waiting: nothing unless one has come to the disk. */
  async take(): Promise<WrittenCheckpoint | undefined> {
    return this.writing?.isDone ? this.settle() : undefined;
  }

  private async write(path: string, snapshot: Snapshot, stallSeconds: number): Promise<WrittenCheckpoint> {
    const { epoch, step, batch = 0 } = snapshot.description;
    try {
      const saved = await writeSnapshot(path, snapshot);
      await this.removeOld();
      return { ...saved, path, epoch, batch, step, stallSeconds };
    } catch (error) {
      return fail(path, error as Error);
    }
  }

  /** All but the last `keep`, and what a killed process left of one. */
  private async removeOld(): Promise<void> {
    const { readdir, rm } = await import('node:fs/promises');
    const old = (await this.list()).slice(0, -this.keep).flatMap(({ path }) => [path, `${path}.previous`]);
    const rests = (await readdir(this.directory)).filter((name) => /^step-\d+\.partial$/.test(name));
    for (const path of [...old, ...rests.map((name) => `${this.directory}/${name}`)]) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

function fail(path: string, error: Error): never {
  throw new Error(`${path}: the checkpoint could not be written (${error.message}).`, { cause: error });
}
