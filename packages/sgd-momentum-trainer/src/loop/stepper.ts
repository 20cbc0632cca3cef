import type * as tfl from '@tensorflow/tfjs-layers';
import type { SgdMomentum } from '../optimizer/sgd-momentum.js';
import { type Batch, type StepOptions, type StepResult, trainStep } from './train-step.js';

/** Takes the steps of a run, on this thread's backend or spread over several devices. */
export interface Stepper {
  /**
   * Takes one step with the optimizer's constants. `check` is called before anything is updated. The batch
   * stays the caller's.
   */
  step(batch: Batch, options: StepOptions): Promise<StepResult>;
  /** Copies weights, velocities and random states into the model and the optimizer, for a checkpoint. */
  collect(): Promise<void>;
}

/** Takes the steps on the model itself. */
export function localStepper(
  model: tfl.LayersModel,
  logits: tfl.LayersModel,
  optimizer: SgdMomentum,
): Stepper {
  return {
    step: (batch, options) => trainStep(model, logits, optimizer, batch, options),
    collect: async () => {},
  };
}
