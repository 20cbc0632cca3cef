import type { AlexNetOverrides, PresetName, TowerActivity } from '@alexnet/alexnet-model';
import type { BackendName, BackendOptions } from '@alexnet/backends';
import type { SgdMomentumOptions } from '@alexnet/sgd-momentum-trainer';

/** What a device computes with: the options of `useBackend`. */
export interface DeviceBackend extends BackendOptions {
  /** Default 'auto'. */
  name?: 'auto' | BackendName;
}

/** What the program of a tower is started with. */
export interface TowerStart {
  index: 0 | 1;
  preset: PresetName;
  overrides: AlexNetOverrides;
  optimizer: SgdMomentumOptions;
  backend: DeviceBackend;
}

/** Where a device is served. */
export interface NetworkAddress {
  host: string;
  port: number;
  /** What `serveDevice` was given. */
  token: string;
}

/** One direction between two threads, in memory that both have. */
export interface Channel {
  readonly state: SharedArrayBuffer;
  readonly values: SharedArrayBuffer;
}

/**
 * How a tower finds the other: memory that both have, to tower A and to tower B; a local socket, at a path; or, where one
 * is served on another machine, that one waits and the other comes.
 */
export type LinkPlan =
  | { type: 'memory'; channels: readonly [toA: Channel, toB: Channel] }
  | { type: 'listen' | 'connect'; path: string }
  | { type: 'accept' }
  | { type: 'reach'; address: NetworkAddress; run: string };

/** Values by the names that a checkpoint has for them: `conv1a/kernel`. */
export type NamedValues = Record<string, Float32Array>;

/** All that a checkpoint has of a tower. */
export interface TowerState {
  weights: NamedValues;
  velocities: NamedValues;
  randomStates: Record<string, number>;
}

/** The rates of a step, by the names that a checkpoint has for the weights. */
export interface StepRates {
  learningRate: number;
  variableRates: Record<string, number>;
  variableWeightDecays: Record<string, number>;
}

/** A piece of a tower's time. */
export interface Span {
  /** `batch`: puts the images where its backend has them; `update`: of the weights. */
  what: TowerActivity['what'] | 'batch' | 'update';
  /** The segment, `conv1-conv2`; the layer whose values are sent, `pool2`, or their gradient, `pool2 gradient`; or nothing. */
  where: string;
  /** Milliseconds, with fractions, of the clock of the machine that drives both. */
  begin: number;
  milliseconds: number;
  /** Of these, those in which it waited for the other tower. */
  waited: number;
  /** Sent. */
  bytes: number;
}

/** What a tower found in a batch before the update. */
export interface TowerMeasured {
  /** Mean loss, and images right; from the tower that has the output. */
  result?: { loss: number; correct: number; correctTop5: number };
  spans: Span[];
}

/** What a tower can be asked to do: what it takes, and what it gives. */
export interface TowerTasks {
  /** `weights`: the names of its weights. */
  start: {
    takes: TowerStart;
    gives: { backend: string; device: string; threads: number; weights: string[] };
  };
  link: { takes: LinkPlan; gives: undefined };
  /** What its machine's clock says. */
  clock: { takes: undefined; gives: number };
  load: { takes: TowerState; gives: undefined };
  gradients: {
    takes: { rows: number; images: Float32Array; labels?: Float32Array | undefined };
    gives: TowerMeasured;
  };
  update: { takes: StepRates; gives: Span[] };
  predict: { takes: { rows: number; images: Float32Array }; gives: Float32Array | undefined };
  collect: { takes: undefined; gives: TowerState };
  /** Gives back all that its backend holds. */
  end: { takes: undefined; gives: undefined };
}

export type TaskName = keyof TowerTasks;

/** To a tower: one task after the other. */
export type ToTower = { [Name in TaskName]: { task: Name; takes: TowerTasks[Name]['takes'] } }[TaskName];

/** From a tower: what it does now; what a task gave, or why it failed (`isOfLink`: the fault is the link's, or the other's). */
export type FromTower =
  | { doing: string; isWaiting: boolean }
  | { gives: TowerTasks[TaskName]['gives'] }
  | { error: string; isOfLink: boolean };
