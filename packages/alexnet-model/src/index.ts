export { type Ablation, type Ablations, type AlexNetOverrides, ablations } from './ablations.js';
export { alexnet } from './alexnet.js';
export { type LayerSize, layerSizes } from './layer-sizes.js';
export type { BlockStep, ConvBlock, DenseBlock, Initialization, Net } from './net.js';
export type { Link } from './partition/link.js';
export { type Partition, partition, type TowerExchange } from './partition/partition.js';
export type { TowerActivity, Watch } from './partition/tower-activity.js';
export type { TowerBatch, TowerGradients, TowerPart } from './partition/tower-part.js';
export type { TowerSegment } from './partition/tower-segments.js';
export { type Source, works } from './presets/cited.js';
export {
  type CitedValue,
  diffPresets,
  type PresetDifference,
  type PresetField,
  presetFields,
} from './presets/diff-presets.js';
export type { Preset } from './presets/preset.js';
export { type PresetName, presets } from './presets/presets.js';
export type {
  AugmentationSettings,
  PlateauSettings,
  Rgb,
  ScheduleSettings,
  StepSettings,
  TrainingSettings,
} from './presets/training-settings.js';
export type { ClassOrder } from './weights/class-order.js';
export { type ExportWeightsOptions, exportWeights } from './weights/export-weights.js';
export { type ImportedMean, type ImportMeanOptions, importMean } from './weights/import-mean.js';
export { type ImportedWeights, type ImportWeightsOptions, importWeights } from './weights/import-weights.js';
export { type Preprocessing, preprocessingOf } from './weights/preprocessing.js';
export {
  type TransferWeightsOptions,
  transferWeights,
  type WeightTransfer,
} from './weights/transfer-weights.js';
