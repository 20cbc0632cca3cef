import * as tfl from '@tensorflow/tfjs-layers';

/** The name of the last hidden layer in every preset. */
const LAYER = 'fc7';

/**
 * The network up to its last hidden layer, fc7 (sec. 3.5). Its outputs are the test-time activations after
 * the ReLU, `[N, units]`. It shares the weights of the model.
 *
 * @throws RangeError if there is no such layer.
 */
export function hiddenModel(model: tfl.LayersModel): tfl.LayersModel {
  const layer = model.layers.find(({ name }) => name === LAYER);
  if (!layer) throw new RangeError(`model must have a layer '${LAYER}' (hiddenModel), got ${model.name}.`);
  return tfl.model({ inputs: model.inputs, outputs: layer.output as tfl.SymbolicTensor });
}
