export {
  hasCheckpoint,
  loadCheckpoint,
  type SavedCheckpoint,
  saveCheckpoint,
} from './checkpoints/checkpoint.js';
export type { CheckpointState } from './checkpoints/checkpoint-snapshot.js';
export {
  type CheckpointPlace,
  Checkpoints,
  type LoadedCheckpoint,
  type WrittenCheckpoint,
} from './checkpoints/checkpoints.js';
export { compareCheckpoints, type VariableDifference } from './checkpoints/compare-checkpoints.js';
export { DamagedCheckpointError } from './checkpoints/damaged-checkpoint.js';
export { fileSystem } from './checkpoints/file-system.js';
export type { EpochTotals, TrainState } from './checkpoints/train-state.js';
export { DivergedError } from './loop/diverged.js';
export { firstNonFinite, type NonFinite } from './loop/first-non-finite.js';
export {
  type ActivationStatistics,
  type LayerStatistics,
  layerStatistics,
  type WeightStatistics,
} from './loop/layer-statistics.js';
export type { CheckpointOptions } from './loop/run-checkpoints.js';
export type { Stepper } from './loop/stepper.js';
export { type TrainOptions, train } from './loop/train.js';
export type { EpochBatches } from './loop/train-epoch.js';
export type { TrainEvent, Validation } from './loop/train-event.js';
export {
  type Batch,
  type DeviceStep,
  imagesRight,
  type StepOptions,
  type StepResult,
} from './loop/train-step.js';
export type { LayerValues, PerVariable, VariableValues } from './optimizer/per-variable.js';
export { type PlateauScheduleOptions, plateauSchedule } from './optimizer/plateau-schedule.js';
export { registerSgdMomentum } from './optimizer/register-sgd-momentum.js';
export type { Schedule } from './optimizer/schedule.js';
export { SgdMomentum, type SgdMomentumOptions } from './optimizer/sgd-momentum.js';
export { type StepScheduleOptions, stepSchedule } from './optimizer/step-schedule.js';
