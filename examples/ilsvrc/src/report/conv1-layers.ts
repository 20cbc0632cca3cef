import type * as tfl from '@tensorflow/tfjs-layers';

/** The first convolution, one layer per tower. */
export function conv1Layers(model: tfl.LayersModel): tfl.layers.Layer[] {
  return model.layers.filter(({ name }) => /^conv1[ab]?$/.test(name));
}
