import type * as tf from '@tensorflow/tfjs-core';
import type { ImportedWeights, ImportWeightsOptions } from './model-of-file.js';

export type { ImportedWeights, ImportWeightsOptions } from './model-of-file.js';

/**
 * Reads the weights of an AlexNet and builds the model that they belong to, `[N, imageSize, imageSize, 3]` RGB in.
 * The sizes of its layers are the file's. Nothing in a file is executed; memory is bounded by the file's size.
 *
 * | file | what |
 * |---|---|
 * | `.caffemodel` | Caffe; the file describes the net |
 * | `.pth`, `.pt` | PyTorch: a state dict, or a checkpoint with one under `state_dict` |
 * | `.safetensors` | names as in PyTorch |
 * | `ModelArtifacts` | a saved `tf.LayersModel` |
 *
 * @throws Error naming the file and what is wrong with it: truncated, damaged, of another net, not allowed.
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
