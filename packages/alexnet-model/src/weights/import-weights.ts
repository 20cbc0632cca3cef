import type * as tf from '@tensorflow/tfjs-core';
import type { ImportedWeights, ImportWeightsOptions } from './model-of-file.js';

export type { ImportedWeights, ImportWeightsOptions } from './model-of-file.js';

/**
 * Reads the weights of an AlexNet and builds the model that they belong to. The model reads RGB images,
 * `[N, imageSize, imageSize, 3]`, and its layers have the sizes of the weights. Nothing in a file is executed,
 * and memory is bounded by the size of the file. The code for a format is loaded on first use.
 *
 * | file | contents |
 * |---|---|
 * | `.caffemodel` | Caffe's weights and network description |
 * | `.pth`, `.pt` | a PyTorch state dict, or a checkpoint with one under any key |
 * | `.safetensors` | weights with PyTorch's names |
 * | `ModelArtifacts` | a saved `tf.LayersModel` |
 *
 * @throws Error naming the file and what is wrong with it: it is truncated or damaged, belongs to another
 *   network, or contains something that is not allowed.
 * @example
 * const { model, preprocessing } = await importWeights(await readFile('alexnet.pth'));
 */
export async function importWeights(
  file: Uint8Array | tf.io.ModelArtifacts,
  options?: ImportWeightsOptions,
): Promise<ImportedWeights> {
  const { modelOfFile } = await import('./model-of-file.js');
  return modelOfFile(file, options);
}
