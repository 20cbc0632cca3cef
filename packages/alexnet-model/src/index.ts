export { type AlexNetOverrides, alexnet } from './alexnet.js';
export type { BlockStep, ConvBlock, DenseBlock, Initialization, Net } from './net.js';
export type { Preset } from './preset.js';
export { type PresetName, presets } from './presets.js';
export type { AugmentationSettings, ScheduleSettings, TrainingSettings } from './training.js';
