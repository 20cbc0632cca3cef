import type { Net } from '../net.js';
import { type CitedTree, type SourcesOf, sourcesOf, valuesOf } from './cited.js';
import type { AugmentationSettings, TrainingSettings } from './training-settings.js';

/** A network description, its training and its augmentation. */
interface PresetSettings {
  net: Net;
  training: TrainingSettings;
  augmentation: AugmentationSettings;
}

/** A network description, its training and its augmentation, with the source of every value; frozen. */
export interface Preset extends PresetSettings {
  description: string;
  /** The work, section or file that the whole preset follows. */
  source: string;
  /** The same tree with a source in place of each value: `sources.training.batchSize`. */
  sources: SourcesOf<PresetSettings>;
}

/** A preset as it is written in the code, with each value next to its source. */
export type CitedPreset = CitedTree<PresetSettings> & Pick<Preset, 'description' | 'source'>;

/** Separates the values of a cited preset from their sources. */
export function definePreset({ description, source, ...cited }: CitedPreset): Preset {
  return Object.freeze({
    description,
    source,
    ...valuesOf<PresetSettings>(cited),
    sources: sourcesOf<PresetSettings>(cited),
  });
}
