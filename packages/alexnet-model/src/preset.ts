import type { Net } from './net.js';
import type { AugmentationSettings, TrainingSettings } from './training.js';

/** A network, how it is trained and what it is fed, with the source of its numbers. */
export interface Preset {
  description: string;
  /** The paper's section or the original file that the numbers come from. */
  source: string;
  net: Net;
  training: TrainingSettings;
  augmentation: AugmentationSettings;
}
