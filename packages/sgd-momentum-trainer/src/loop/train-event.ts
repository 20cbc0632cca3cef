import type { DeviceStep } from './train-step.js';

/** Errors of a model on the validation images, as fractions: .4 means 40%. */
export interface Validation {
  top1Error: number;
  top5Error: number;
}

/** What {@link train} reports as it goes. Epochs and steps count from 0; steps over the whole run. */
export type TrainEvent =
  | {
      type: 'epochBegin';
      epoch: number;
      learningRate: number;
      /** Of the layers that have a rate of their own in this epoch, by name. */
      layerLearningRates?: Readonly<Record<string, number>>;
      steps: number | undefined;
      /** Batches that were behind it, where a run is resumed inside an epoch. */
      resumedAt?: number;
    }
  | {
      type: 'step';
      epoch: number;
      step: number;
      /** Mean cross-entropy of the batch in nats, before the update. */
      loss: number;
      /** Of the batch, before the update, dropout on. */
      top1Error: number;
      top5Error: number;
      images: number;
      learningRate: number;
      /** Seconds that the step took, and of those before it that were spent waiting for the batch. */
      seconds: number;
      waitSeconds: number;
      /** Where a stepper took the step on several devices. */
      devices?: readonly DeviceStep[];
    }
  | {
      type: 'epochEnd';
      epoch: number;
      /** Steps taken since the beginning of the run. */
      step: number;
      trainLoss: number;
      /** Errors on the augmented training batches, dropout on, as they passed. */
      trainTop1Error: number;
      trainTop5Error: number;
      learningRate: number;
      images: number;
      /** Seconds of the epoch's steps, and of those how many went by waiting for batches. */
      seconds: number;
      waitSeconds: number;
      validation?: Validation;
      /** Validation error of every epoch so far: what a resumed run hands to `train`. */
      validationErrors: readonly number[];
    }
  | {
      /** A checkpoint is whole on the disk; the run may be further by then. */
      type: 'checkpoint';
      /** Where the run stood when it was taken: what a resumed run goes on from. */
      epoch: number;
      batch: number;
      step: number;
      /** Its folder. */
      path: string;
      bytes: number;
      /** Of `weights.bin`: the weights in the order of the model, float32, little endian. */
      weightsSha256: string;
      /** For how long training stood still. */
      stallSeconds: number;
    }
  | {
      type: 'end';
      /** `epochs` are done, the `schedule` said stop, or `maxSteps` are taken. */
      reason: 'epochs' | 'schedule' | 'maxSteps';
      epoch: number;
      step: number;
    };
