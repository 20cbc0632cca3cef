import type { DeviceStep } from './train-step.js';

/** Errors of a model on the validation images, as fractions: .4 means 40%. */
export interface Validation {
  top1Error: number;
  top5Error: number;
}

/** What `train` reports while it runs. Epochs and steps count from 0, steps over the whole run. */
export type TrainEvent =
  | {
      type: 'epochBegin';
      epoch: number;
      /** The learning rate of weights that have none of their own. */
      learningRate: number;
      /** The learning rates of layers that have their own in this epoch, by the layer's name. */
      layerLearningRates?: Readonly<Record<string, number>>;
      /** Steps of a whole epoch, if known. */
      steps: number | undefined;
      /** How many batches of the epoch were done before, if a run is resumed inside it. */
      resumedAt?: number;
    }
  | {
      type: 'step';
      epoch: number;
      step: number;
      /** Mean cross-entropy of the batch in nats, before the update. */
      loss: number;
      /** Errors on the batch before the update, with dropout. */
      top1Error: number;
      top5Error: number;
      images: number;
      learningRate: number;
      /** Seconds that the step took. */
      seconds: number;
      /** Seconds spent waiting for the batch, before the step. */
      waitSeconds: number;
      /** Present if a stepper took the step on several devices. */
      devices?: readonly DeviceStep[];
    }
  | {
      type: 'epochEnd';
      epoch: number;
      /** Steps taken since the beginning of the run. */
      step: number;
      trainLoss: number;
      /** Errors on the augmented training batches as they were trained on, with dropout. */
      trainTop1Error: number;
      trainTop5Error: number;
      learningRate: number;
      images: number;
      /** Seconds of the epoch's steps, waiting included. */
      seconds: number;
      /** Seconds of these that were spent waiting for batches. */
      waitSeconds: number;
      validation?: Validation;
      /** The validation error of every epoch so far, which a resumed run needs. */
      validationErrors: readonly number[];
    }
  | {
      /** A checkpoint has been written to disk; the run may be further by now. */
      type: 'checkpoint';
      /** Where the run was when the checkpoint was taken, and where it resumes. */
      epoch: number;
      batch: number;
      step: number;
      /** Its folder. */
      path: string;
      bytes: number;
      /** Checksum of `weights.bin`: the weights in the order of the model, float32, little endian. */
      weightsSha256: string;
      /** How long training paused for it. */
      stallSeconds: number;
    }
  | {
      type: 'end';
      /** All `epochs` are done, the `schedule` gave 'stop', or `maxSteps` steps have been taken. */
      reason: 'epochs' | 'schedule' | 'maxSteps';
      epoch: number;
      step: number;
    };
