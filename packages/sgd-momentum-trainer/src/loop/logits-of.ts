import * as tfl from '@tensorflow/tfjs-layers';

/**
 * The same model up to what enters its softmax, weights shared: the loss of logits keeps its gradient where a
 * probability underflows.
 *
 * @throws TypeError unless the model has one output and ends in a softmax layer of its own.
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
