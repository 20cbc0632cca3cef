import type { PresetName } from '../presets.js';

/**
 * What a net expects of a picture: `(pixel - mean) / std` for each of R, G and B, pixels in 0 .. 255.
 * Models read RGB here, whatever the program did that a weight file came from.
 */
export interface Preprocessing {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly std: readonly [red: number, green: number, blue: number];
}

/** Means of ILSVRC-2012's training set at 256 x 256 (cuda-convnet2: make-data); a net trained on other data has its own. */
const ilsvrc: Preprocessing = { mean: [127.3, 119.72, 104.91], std: [1, 1, 1] };
/** Channel means of Caffe's imagenet_mean.binaryproto. */
const caffe: Preprocessing = { mean: [122.679, 116.669, 104.007], std: [1, 1, 1] };
/** pytorch/vision, references/classification: (.485, .456, .406) and (.229, .224, .225) of pixels in 0 .. 1. */
const torchvision: Preprocessing = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };

/** The preprocessing that goes with a preset's published weights, or with ILSVRC where there are none. */
export function preprocessingOf(preset: PresetName): Preprocessing {
  if (preset === 'caffe') return caffe;
  return preset === 'torchvision' ? torchvision : ilsvrc;
}
