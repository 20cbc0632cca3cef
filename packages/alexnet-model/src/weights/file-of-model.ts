import { describeValue, requireKnownOptions, requireOneOf } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type ClassOrder, isSameOrder } from './class-order.js';
import { type Description, describe } from './describe.js';
import { checkDescription, descriptionOf, requireClassCount } from './description.js';
import type { Preprocessing } from './preprocessing.js';

/** Options of `exportWeights`. */
export interface ExportWeightsOptions<Format extends 'onnx' | 'safetensors' | 'tfjs'> {
  format: Format;
  /** Preprocessing to store with the weights. Default the model's own. */
  preprocessing?: Preprocessing;
  /** The order of the classes, to store with the weights. Default the model's own, if it is known. */
  classes?: ClassOrder;
  /** The words of each class. Default the model's own, unless `classes` sets another order. */
  classNames?: readonly string[];
}

/** Does the work of `exportWeights`, which loads this code when it is called. */
export async function fileOfModel(
  model: tfl.LayersModel,
  options: ExportWeightsOptions<'onnx' | 'safetensors' | 'tfjs'>,
): Promise<Uint8Array | tf.io.ModelArtifacts> {
  requireKnownOptions(options, ['format', 'preprocessing', 'classes', 'classNames'], 'exportWeights');
  const { format, preprocessing, classes, classNames } = options;
  requireOneOf('format', format, ['onnx', 'safetensors', 'tfjs'], 'exportWeights');
  if (typeof model?.getUserDefinedMetadata !== 'function') {
    throw new TypeError(`model must be a LayersModel (exportWeights), got ${describeValue(model)}.`);
  }
  const own = descriptionOf(model);
  if (!own && (preprocessing || classes || classNames || format === 'safetensors')) {
    throw new RangeError(
      `model must come from alexnet() or importWeights() (exportWeights), got '${model.name}'.`,
    );
  }
  const description =
    own &&
    checkDescription({
      net: own.net,
      preprocessing: preprocessing ?? own.preprocessing,
      classes: classes ?? own.classes,
      classNames:
        classNames ?? (isSameOrder(classes ?? own.classes, own.classes) ? own.classNames : undefined),
    });
  if (description) requireClassCount(description, Number(model.outputs[0]?.shape.at(-1)));
  switch (format) {
    case 'onnx':
      return (await import('./onnx/export-onnx.js')).exportOnnx(model, description);
    case 'safetensors':
      return (await import('./safetensors/export-safetensors.js')).exportSafetensors(
        model,
        description as Description,
      );
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
