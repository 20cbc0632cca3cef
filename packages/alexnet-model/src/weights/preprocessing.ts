import { type PresetName, presetOf } from '../presets/presets.js';
import type { Rgb } from '../presets/training-settings.js';

/**
 * What a net expects of a picture: `(pixel - mean) / std` for each of R, G and B, pixels in 0 .. 255.
 * Models read RGB here, whatever the program did that a weight file came from.
 */
export interface Preprocessing {
  readonly mean: Rgb;
  readonly std: Rgb;
}

/** Channel means of ILSVRC-2012's training set at 256 x 256 (cuda-convnet2: make-data); other data have their own. */
const ilsvrcMean: Rgb = [127.3, 119.72, 104.91];
/** Channel means of the imagenet_mean.binaryproto that Caffe's nets were trained with. */
const caffeMean: Rgb = [122.679, 116.669, 104.007];

/** What a preset's net expects of a picture; of a mean image, its channel means on ILSVRC-2012. */
export function preprocessingOf(preset: PresetName): Preprocessing {
  const { mean, std } = presetOf(preset, 'preprocessingOf').augmentation;
  if (typeof mean !== 'string') return { mean, std };
  return { mean: preset === 'caffe' ? caffeMean : ilsvrcMean, std };
}
