import type { AlexNetOverrides, PresetName } from '@alexnet/alexnet-model';
import type { SgdMomentumOptions } from '@alexnet/sgd-momentum-trainer';
import type { BackendChoice } from '../run/start-backend.js';
import type { Channel, LinkTimes } from './shared-link.js';

/** What a tower's thread is started with. */
export interface TowerStart {
  index: 0 | 1;
  preset: PresetName;
  overrides: AlexNetOverrides;
  optimizer: SgdMomentumOptions;
  backend: BackendChoice;
  threads: number;
  /** To tower A, to tower B. */
  channels: readonly [toA: Channel, toB: Channel];
  /** Images of a batch, `[rows, side, side, 3]`, and one-hot labels. */
  images: SharedArrayBuffer;
  labels: SharedArrayBuffer;
}

/** Values by the names that a checkpoint has for them: `conv1a/kernel`. */
export type NamedValues = Record<string, Float32Array>;

/** All that a checkpoint has of a tower. */
export interface TowerState {
  weights: NamedValues;
  velocities: NamedValues;
  randomStates: Record<string, number>;
}

/** What a tower is asked to do. */
export type TowerTask =
  | { type: 'load'; state: TowerState }
  | { type: 'gradients'; rows: number }
  | { type: 'apply'; learningRate: number; rates: [name: string, rate: number][] }
  | { type: 'predict'; rows: number }
  | { type: 'collect' };

/** What it answers. */
export interface TowerAnswers {
  load: undefined;
  gradients: { loss: number; correct: number; correctTop5: number; times: LinkTimes } | { times: LinkTimes };
  apply: undefined;
  predict: Float32Array | undefined;
  collect: TowerState;
}
