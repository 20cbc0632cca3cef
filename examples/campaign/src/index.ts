export { type AverageOptions, averageExperiment } from './average.js';
export type { Experiment, PlanOptions, Predictions, Summary } from './experiment.js';
export type { KnownData } from './open-data.js';
export { idOf, type PairedOptions, pairedExperiment, type Side, seedsOf } from './paired.js';
export { type CampaignProgram, runProgram } from './program.js';
export type { EpochRecord, PlannedRun, Records, RunRecord } from './run-record.js';
export { type Estimate, estimate, estimateRatio } from './statistics.js';
export type { MakeTraining, Training } from './training.js';
