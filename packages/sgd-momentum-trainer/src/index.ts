export { hasCheckpoint, loadCheckpoint, type SavedCheckpoint, saveCheckpoint } from './checkpoint.js';
export type { CheckpointState } from './checkpoint-snapshot.js';
export {
  type CheckpointPlace,
  Checkpoints,
  type LoadedCheckpoint,
  type WrittenCheckpoint,
} from './checkpoints.js';
export { compareCheckpoints, type VariableDifference } from './compare-checkpoints.js';
export { DamagedCheckpointError } from './damaged-checkpoint.js';
export { DivergedError } from './diverged.js';
export { fileSystem } from './file-system.js';
export { firstNonFinite, type NonFinite } from './first-non-finite.js';
export type { LayerSchedule, LayerSchedules } from './layer-schedules.js';
export {
  type ActivationStatistics,
  type LayerStatistics,
  layerStatistics,
  type WeightStatistics,
} from './layer-statistics.js';
export { type PlateauScheduleOptions, plateauSchedule } from './plateau-schedule.js';
export { registerSgdMomentum } from './register-sgd-momentum.js';
export type { RateSchedule, Schedule } from './schedule.js';
export { SgdMomentum, type SgdMomentumOptions } from './sgd-momentum.js';
export { type StepScheduleOptions, stepSchedule } from './step-schedule.js';
export type { Stepper } from './stepper.js';
export { type CheckpointOptions, type TrainOptions, train } from './train.js';
export type { EpochBatches } from './train-epoch.js';
export type { TrainEvent, Validation } from './train-event.js';
export type { EpochTotals, TrainState } from './train-state.js';
export { type Batch, type DeviceStep, imagesRight, type StepOptions, type StepResult } from './train-step.js';
