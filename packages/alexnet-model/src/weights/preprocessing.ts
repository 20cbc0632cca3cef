import { type PresetName, presetOf } from '../presets/presets.js';
import type { Rgb } from '../presets/training-settings.js';

/**
 * What must be done to an image: `(pixel - mean) / std` for each of R, G and B, with pixels in 0 .. 255.
 * Models of this package read RGB, even if the program that wrote the weights used BGR.
 */
export interface Preprocessing {
  readonly mean: Rgb;
  readonly std: Rgb;
  /**
   * Side of the square, in pixels, that an image is scaled and cropped to before views of the network's
   * `imageSize` are cut out of it; absent if it is not known.
   */
  readonly size?: number;
}

/**
 * Channel means of ILSVRC-2012's training set at 256 x 256 (cuda-convnet2: make-data). Other data sets have
 * their own.
 */
const ilsvrcMean: Rgb = [127.3, 119.72, 104.91];
/** Channel means of imagenet_mean.binaryproto, with which Caffe's nets were trained. */
const caffeMean: Rgb = [122.679, 116.669, 104.007];

/** The preprocessing of a preset. A mean image is replaced by its channel means on ILSVRC-2012. */
export function preprocessingOf(preset: PresetName): Preprocessing {
  const { mean, std } = presetOf(preset, 'preprocessingOf').augmentation;
  if (typeof mean !== 'string') return { mean, std };
  return { mean: preset === 'caffe' ? caffeMean : ilsvrcMean, std };
}
