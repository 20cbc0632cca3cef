import type { Net } from '../net.js';
import { type CitedTree, type SourcesOf, sourcesOf, valuesOf } from './cited.js';
import type { AugmentationSettings, TrainingSettings } from './training-settings.js';

/** A network, how it is trained and what it is fed. */
interface PresetSettings {
  net: Net;
  training: TrainingSettings;
  augmentation: AugmentationSettings;
}

/** A network, how it is trained and what it is fed, with the source of every number; frozen. */
export interface Preset extends PresetSettings {
  description: string;
  /** The work, section or file that the preset as a whole follows. */
  source: string;
  /** The same tree, with the source of each value in its place: `sources.training.batchSize`. */
  sources: SourcesOf<PresetSettings>;
}

/** How a preset is written: each value beside its source. */
export type CitedPreset = CitedTree<PresetSettings> & Pick<Preset, 'description' | 'source'>;

/** Parts the values of a cited preset from their sources. */
export function definePreset({ description, source, ...cited }: CitedPreset): Preset {
  return Object.freeze({
    description,
    source,
    ...valuesOf<PresetSettings>(cited),
    sources: sourcesOf<PresetSettings>(cited),
  });
}
