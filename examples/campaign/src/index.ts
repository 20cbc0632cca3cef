export type { Experiment, PlanOptions, Summary } from './experiment.js';
export type { KnownData } from './open-data.js';
export { type PairedOptions, pairedExperiment, type Side } from './paired.js';
export { type CampaignProgram, runProgram } from './program.js';
export type { EpochRecord, PlannedRun, Records, RunRecord } from './run-record.js';
export { type Estimate, estimate, estimateRatio } from './statistics.js';
export type { MakeTraining, Training } from './training.js';
