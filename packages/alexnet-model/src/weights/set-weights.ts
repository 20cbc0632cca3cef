import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import { layerNames } from './layer-names.js';
import { flattenedSide, toTfjs } from './layouts.js';
import type { WeightFile } from './weight-file.js';
import type { WeightLayer } from './weight-tensor.js';

/** Puts the weights of a file into a model whose net was fitted to them. */
export async function setWeights(
  model: tfl.LayersModel,
  net: Net,
  { layers, layout, channelOrder }: WeightFile,
): Promise<void> {
  for (const [i, names] of layerNames(net).entries()) {
    const { weight, bias } = layers[i] as WeightLayer;
    const [kernel, biases] = [await weight.values(), await bias.values()];
    tf.tidy(() => {
      const stored = tf.tensor(kernel, [...weight.shape]);
      const place = {
        isFirst: i === 0,
        mapSide: i === net.convs.length ? flattenedSide(model) : undefined,
      };
      const own = layout === 'HWIO' ? stored : toTfjs(stored, place, channelOrder);
      const kernels = tf.split(own, names.length, -1); // towers follow one another in the last axis
      const parts = tf.split(tf.tensor1d(biases), names.length);
      names.forEach((name, t) => {
        model.getLayer(name).setWeights([kernels[t] as tf.Tensor, parts[t] as tf.Tensor]);
      });
    });
  }
}
