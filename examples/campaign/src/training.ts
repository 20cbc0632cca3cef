import type { AugmentOptions, PreparedData } from '@alexnet/imagenet-reader';
import type { EpochBatches, Schedule, SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { PlannedRun } from './run-record.js';

/** The images of an experiment. */
export interface ExperimentData {
  /** What they are, for the record. */
  name: string;
  /** The test images are the split `val`. */
  prepared: PreparedData;
}

/** What a run trains, at its beginning; model and optimizer belong to the caller. */
export interface Training {
  model: tfl.LayersModel;
  optimizer: SgdMomentum;
  /** The most epochs that it has. */
  epochs: number;
  schedule: Schedule;
  batches: (epoch: number, startBatch: number) => EpochBatches;
  /** How test images become inputs: one view of each, or ten. */
  testViews: (views: 1 | 10) => AugmentOptions;
  /** Measures the trained net, for the record of the run. */
  measure?: () => Promise<Record<string, number>>;
  /** Draws the trained net: the contents of files by their names. */
  pictures?: (signal: AbortSignal) => Promise<Record<string, string | Buffer>>;
}

/** Makes what a run trains. Equal runs give equal trainings, which is why a stopped run can be resumed. */
export type MakeTraining<Net> = (run: PlannedRun<Net>, data: PreparedData) => Training;
