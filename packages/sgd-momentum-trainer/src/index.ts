export { type CheckpointState, hasCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
export { fileSystem } from './file-system.js';
export { type PlateauScheduleOptions, plateauSchedule } from './plateau-schedule.js';
export type { Schedule } from './schedule.js';
export { SgdMomentum, type SgdMomentumOptions } from './sgd-momentum.js';
export { type StepScheduleOptions, stepSchedule } from './step-schedule.js';
export { type EpochBatches, type TrainOptions, train } from './train.js';
export type { TrainEvent, Validation } from './train-event.js';
export type { Batch } from './train-step.js';
