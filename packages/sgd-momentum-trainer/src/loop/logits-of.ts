import * as tfl from '@tensorflow/tfjs-layers';

/**
 * The model up to the inputs of its softmax, with the same weights. A loss of logits has a gradient even
 * where a probability underflows.
 *
 * @throws TypeError unless the model has one output, and that is the output of a softmax layer.
 */
export function logitsOf(model: tfl.LayersModel): tfl.LayersModel {
  const last = model.outputs[0]?.sourceLayer;
  if (model.outputs.length !== 1 || !last || !isSoftmax(last)) {
    throw new TypeError(
      `model must have one output, that of a softmax layer (train), got ${model.outputs.length} output(s), the first of ${last?.getClassName()} '${last?.name}'.`,
    );
  }
  return tfl.model({ inputs: model.inputs, outputs: last.input as tfl.SymbolicTensor });
}

function isSoftmax(layer: tfl.layers.Layer): boolean {
  const name = layer.getClassName();
  return name === 'Softmax' || (name === 'Activation' && layer.getConfig().activation === 'softmax');
}
