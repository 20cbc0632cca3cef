import * as tfl from '@tensorflow/tfjs-layers';

/** The last hidden layer, by its name in every preset. */
const LAYER = 'fc7';

/**
 * The net up to its last hidden layer, fc7 (sec. 3.5): `[N, units]` activations behind the ReLU, as they are at test time.
 * It shares the net's weights.
 *
 * @throws RangeError if there is no such layer.
 */
export function hiddenModel(model: tfl.LayersModel): tfl.LayersModel {
  const layer = model.layers.find(({ name }) => name === LAYER);
  if (!layer) throw new RangeError(`model must have a layer '${LAYER}' (hiddenModel), got ${model.name}.`);
  return tfl.model({ inputs: model.inputs, outputs: layer.output as tfl.SymbolicTensor });
}
