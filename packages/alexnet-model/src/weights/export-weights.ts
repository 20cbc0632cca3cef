import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { ExportWeightsOptions } from './file-of-model.js';

export type { ExportWeightsOptions } from './file-of-model.js';

/**
 * Writes a model of `alexnet` or `importWeights` for another program. The net's constants and its preprocessing are in
 * the file's metadata under `alexnet`, as JSON.
 *
 * | format | what | parity |
 * |---|---|---|
 * | `onnx` | the whole net, NCHW; also of other models made of these layers | onnxruntime |
 * | `safetensors` | `load_state_dict` of a PyTorch module of the same net takes it | PyTorch |
 * | `tfjs` | `ModelArtifacts`, for any `tf.io` handler | tf.loadLayersModel |
 *
 * @throws RangeError if the format is unknown, or cannot hold the model; TypeError if it is none or an option unknown.
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
