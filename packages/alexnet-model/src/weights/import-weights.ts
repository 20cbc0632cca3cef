import type * as tf from '@tensorflow/tfjs-core';
import type { ImportedWeights, ImportWeightsOptions } from './model-of-file.js';

export type { ImportedWeights, ImportWeightsOptions } from './model-of-file.js';

/**
 * Reads the weights of an AlexNet and builds the model that they belong to, which reads RGB images `[N,
 * imageSize, imageSize, 3]`. The sizes of its layers are those of the weights. Nothing in a file is executed,
 * and memory is bounded by the size of the file.
 *
 * | file | contents |
 * |---|---|
 * | `.caffemodel` | Caffe's weights and network description |
 * | `.pth`, `.pt` | a PyTorch state dict, or a checkpoint with one under `state_dict` |
 * | `.safetensors` | weights with PyTorch's names |
 * | `ModelArtifacts` | a saved `tf.LayersModel` |
 *
 * @throws Error naming the file and its fault. It may be truncated, damaged, of another network or contain
 *   code.
 * @example
 * const { model, preprocessing } = await importWeights(await readFile('alexnet.pth'), { name: 'alexnet.pth' });
 */
export async function importWeights(
  file: Uint8Array | tf.io.ModelArtifacts,
  options: ImportWeightsOptions = {},
): Promise<ImportedWeights> {
  const { modelOfFile } = await import('./model-of-file.js');
  return modelOfFile(file, options);
}
