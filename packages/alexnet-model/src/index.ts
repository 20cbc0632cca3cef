export { alexnet } from './alexnet.js';
export { type Source, works } from './cited.js';
export {
  type CitedValue,
  diffPresets,
  type PresetDifference,
  type PresetField,
  presetFields,
} from './diff-presets.js';
export { type LayerSize, layerSizes } from './layer-sizes.js';
export type { BlockStep, ConvBlock, DenseBlock, Initialization, Net } from './net.js';
export type { AlexNetOverrides } from './overrides.js';
export type { Link } from './partition/link.js';
export { type Partition, partition, type TowerExchange } from './partition/partition.js';
export type { TowerBatch, TowerGradients, TowerPart } from './partition/tower-part.js';
export type { TowerSegment } from './partition/tower-segments.js';
export type { TowerActivity, Watch } from './partition/watch.js';
export type { Preset } from './preset.js';
export { type PresetName, presets } from './presets.js';
export type {
  AugmentationSettings,
  PlateauSettings,
  Rgb,
  ScheduleSettings,
  StepSettings,
  TrainingSettings,
} from './training.js';
export { type TransferWeightsOptions, transferWeights, type WeightTransfer } from './transfer-weights.js';
export { type ExportWeightsOptions, exportWeights } from './weights/export-weights.js';
export { type ImportedWeights, type ImportWeightsOptions, importWeights } from './weights/import-weights.js';
export { type Preprocessing, preprocessingOf } from './weights/preprocessing.js';
