import type { ChangedSetting } from './changes-table.js';
import type { Conv1Kernels } from './conv1-figure.js';
import type { EpochKernels } from './kernels-strip.js';
import type { EpochLayers } from './layers-figure.js';
import type { Mistakes } from './mistakes-figure.js';
import type { Prediction } from './predictions-figure.js';

/** An evaluation of the trained network. */
export interface RunResult {
  /** 1: the centre crop; 10: corners and centre with their mirror images, averaged (sec. 4.1). */
  readonly views: 1 | 10;
  /** A fraction, not percent. */
  readonly top1Error: number;
  readonly top5Error: number;
  readonly images: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly backend: string;
}

/** One step of training. */
export interface RunStep {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
}

/** One epoch of training, counted from 1; errors are fractions. */
export interface RunEpoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainTop1Error: number;
  readonly validationTop1Error?: number | undefined;
  readonly validationTop5Error?: number | undefined;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
}

/** Everything that a report shows of a run. */
export interface RunReport {
  readonly title: string;
  /** The state of a run that has not ended, such as 'not finished'. */
  readonly state?: string | undefined;
  readonly results: readonly RunResult[];
  readonly steps: readonly RunStep[];
  readonly epochs: readonly RunEpoch[];
  /** One entry per tower, A first. */
  readonly conv1: readonly Conv1Kernels[];
  /** The kernels over time, in the order of the epochs. */
  readonly kernels: readonly EpochKernels[];
  /** The layers with weights after each epoch. */
  readonly layers: readonly EpochLayers[];
  readonly predictions: readonly Prediction[];
  readonly mistakes?: Mistakes | undefined;
  /** The preset, and the settings in which the run differs from it. */
  readonly preset: string;
  readonly changes: readonly ChangedSetting[];
  /** Any nesting of plain objects, arrays and values. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Programs and machine, in the same form. */
  readonly environment: Readonly<Record<string, unknown>>;
}
