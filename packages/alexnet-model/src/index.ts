export { type AlexNetOverrides, alexnet } from './alexnet.js';
export type { BlockStep, ConvBlock, DenseBlock, Initialization, Net } from './net.js';
export type { Preset } from './preset.js';
export { type PresetName, presets } from './presets.js';
export type { AugmentationSettings, ScheduleSettings, TrainingSettings } from './training.js';
export { type ExportWeightsOptions, exportWeights } from './weights/export-weights.js';
export { type ImportedWeights, type ImportWeightsOptions, importWeights } from './weights/import-weights.js';
export { type Preprocessing, preprocessingOf } from './weights/preprocessing.js';
