import type * as tf from '@tensorflow/tfjs-core';

/** The text of `model.json`, for weights in `weights.bin` of the same folder. */
export function modelJson({ weightData, weightSpecs = [], ...description }: tf.io.ModelArtifacts): string {
  const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  return JSON.stringify({ ...description, weightsManifest: manifest });
}
