import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { ExportWeightsOptions } from './file-of-model.js';

export type { ExportWeightsOptions } from './file-of-model.js';

/**
 * Writes a model from `alexnet` or `importWeights` in a format that other programs read. The network
 * description, the preprocessing and the order of the classes are in the file's metadata under `alexnet`, as
 * JSON. The code for a format is loaded on first use.
 *
 * | format | contents | tested with |
 * |---|---|---|
 * | `onnx` | the whole network, NCHW; also for other models of these layers | onnxruntime |
 * | `safetensors` | weights that `load_state_dict` of a matching PyTorch module accepts | PyTorch |
 * | `tfjs` | `ModelArtifacts`, for any `tf.io` handler | tf.loadLayersModel |
 *
 * @throws RangeError if the format is unknown or cannot hold the model. TypeError if `model` is not a
 *   LayersModel, or an option is unknown.
 * @example
 * await writeFile('alexnet.onnx', await exportWeights(alexnet('paper'), { format: 'onnx' }));
 */
export function exportWeights(
  model: tfl.LayersModel,
  options: ExportWeightsOptions<'tfjs'>,
): Promise<tf.io.ModelArtifacts>;
export function exportWeights(
  model: tfl.LayersModel,
  options: ExportWeightsOptions<'onnx' | 'safetensors'>,
): Promise<Uint8Array>;
export async function exportWeights(
  model: tfl.LayersModel,
  options: ExportWeightsOptions<'onnx' | 'safetensors' | 'tfjs'>,
): Promise<Uint8Array | tf.io.ModelArtifacts> {
  const { fileOfModel } = await import('./file-of-model.js');
  return fileOfModel(model, options);
}
