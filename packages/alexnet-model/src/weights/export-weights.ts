import { describeValue, requireKnownOptions, requireOneOf } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkDescription, type Description, describe, descriptionOf } from './description.js';
import type { Preprocessing } from './preprocessing.js';

/** What {@link exportWeights} writes. */
export interface ExportWeightsOptions<Format extends 'onnx' | 'safetensors' | 'tfjs'> {
  format: Format;
  /** What the net expects of a picture, to travel with the weights. Default what the model came with. */
  preprocessing?: Preprocessing;
}

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
  requireKnownOptions(options, ['format', 'preprocessing'], 'exportWeights');
  const { format, preprocessing } = options;
  requireOneOf('format', format, ['onnx', 'safetensors', 'tfjs'], 'exportWeights');
  if (typeof model?.getUserDefinedMetadata !== 'function') {
    throw new TypeError(`model must be a LayersModel (exportWeights), got ${describeValue(model)}.`);
  }
  const own = descriptionOf(model);
  if (!own && (preprocessing || format === 'safetensors')) {
    throw new RangeError(
      `model must be one of alexnet() or importWeights() (exportWeights), got '${model.name}'.`,
    );
  }
  const description = own && checkDescription({ ...own, ...(preprocessing && { preprocessing }) });
  switch (format) {
    case 'onnx':
      return (await import('./export-onnx.js')).exportOnnx(model, description);
    case 'safetensors':
      return (await import('./export-safetensors.js')).exportSafetensors(model, description as Description);
    case 'tfjs':
      if (description) describe(model, description);
      return saved(model);
  }
}

async function saved(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  return new Promise((resolve, reject) => {
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      resolve(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    });
    model.save(handler).catch(reject);
  });
}
