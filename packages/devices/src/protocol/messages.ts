import type { AlexNetOverrides, PresetName, TowerActivity } from '@alexnet/alexnet-model';
import type { BackendName, BackendOptions } from '@alexnet/backends';
import type { PerVariable } from '@alexnet/sgd-momentum-trainer';
import type { serialization } from '@tensorflow/tfjs-core';

/** The backend of a device, with the options of `useBackend`. */
export interface DeviceBackend extends BackendOptions {
  /** Default 'auto'. */
  name?: 'auto' | BackendName;
}

/** What a tower is built from. */
export interface TowerStart {
  index: 0 | 1;
  preset: PresetName;
  overrides: AlexNetOverrides;
  optimizer: serialization.ConfigDict;
  backend: DeviceBackend;
}

/** The address of a served device. */
export interface NetworkAddress {
  host: string;
  port: number;
  /** The token given to `serveDevice`. */
  token: string;
}

/** One direction between two threads, in memory that both share. */
export interface Channel {
  readonly state: SharedArrayBuffer;
  readonly values: SharedArrayBuffer;
}

/**
 * How a tower reaches its peer. Threads share memory, with one channel to each tower. Processes use a local
 * socket at a path. If one tower is served on another machine, it accepts the connection that its
 * peer opens.
 */
export type LinkPlan =
  | { type: 'memory'; channels: readonly [toA: Channel, toB: Channel] }
  | { type: 'listen' | 'connect'; path: string }
  | { type: 'accept' }
  | { type: 'reach'; address: NetworkAddress; run: string };

/** Values by their names in a checkpoint: `conv1a/kernel`. */
export type NamedValues = Record<string, Float32Array>;

/** Everything that a checkpoint holds of a tower. */
export interface TowerState {
  weights: NamedValues;
  velocities: NamedValues;
  randomStates: Record<string, number>;
}

/** The learning rates and weight decays of a step, by the weights' names in a checkpoint. */
export interface StepRates {
  learningRate: PerVariable;
  weightDecay: PerVariable;
}

/** One activity of a tower, with its time. */
export interface Span {
  /** `batch` copies the images to the backend; `update` updates the weights. */
  what: TowerActivity['what'] | 'batch' | 'update';
  /**
   * The segment, `conv1-conv2`; the layer whose values are sent, `pool2`; their gradient, `pool2 gradient`;
   * or ''.
   */
  where: string;
  /** When it began, in fractional milliseconds, on the clock of the host's machine. */
  begin: number;
  milliseconds: number;
  /** The part of `milliseconds` in which it waited for the other tower. */
  waited: number;
  /** Bytes of values sent. */
  bytes: number;
}

/** What a tower measured in a batch before the update. */
export interface TowerMeasured {
  /** The mean loss and the number of images classified correctly, from the tower that has the output. */
  result?: { loss: number; correct: number; correctTop5: number };
  spans: Span[];
}

/** The tasks of a tower, each with its argument (`takes`) and its answer (`gives`). */
export interface TowerTasks {
  /** Answers with the names of the tower's weights, among other things. */
  start: {
    takes: TowerStart;
    gives: { backend: string; device: string; threads: number; weights: string[] };
  };
  link: { takes: LinkPlan; gives: undefined };
  /** Answers with the time of its machine's clock. */
  clock: { takes: undefined; gives: number };
  load: { takes: TowerState; gives: undefined };
  gradients: {
    takes: { rows: number; images: Float32Array; labels?: Float32Array | undefined };
    gives: TowerMeasured;
  };
  update: { takes: StepRates; gives: Span[] };
  predict: { takes: { rows: number; images: Float32Array }; gives: Float32Array | undefined };
  collect: { takes: undefined; gives: TowerState };
  /** Frees everything that its backend holds. */
  end: { takes: undefined; gives: undefined };
}

export type TaskName = keyof TowerTasks;

/** A message to a tower: its next task. */
export type ToTower = { [Name in TaskName]: { task: Name; takes: TowerTasks[Name]['takes'] } }[TaskName];

/**
 * A message from a tower: what it is doing now, the answer to a task, or why the task failed. `isOfLink` is
 * true if the link or the other tower is at fault.
 */
export type FromTower =
  | { doing: string; isWaiting: boolean }
  | { gives: TowerTasks[TaskName]['gives'] }
  | { error: string; isOfLink: boolean };
