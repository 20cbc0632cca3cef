import {
  AlexNetDropout,
  GroupedConv2D,
  LocallyConnected2D,
  LocalResponseNormalization,
  SameMapNormalization,
} from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import type { CifarLayer, CifarNet } from './cifar-net.js';

/**
 * Builds a net as an ordinary `tf.LayersModel`: images `[N, side, side, 3]`, raw RGB minus the training mean, to
 * probabilities `[N, classes]`.
 */
export function buildNet(
  net: CifarNet,
  { classes, seed }: { classes: number; seed: number },
): tfl.LayersModel {
  const model = tfl.sequential({ name: 'cifar' });
  model.add(tfl.layers.inputLayer({ inputShape: [net.imageSize, net.imageSize, 3] }));
  // Normalizations do not count, so a net with and without them begins with equal weights. From 1, because tfjs takes a
  // seed of 0 for none.
  let place = 1000 * seed;
  for (const layer of net.layers) {
    if (layer.type !== 'lrn' && layer.type !== 'sameMap') place++;
    if (layer.type === 'dense' && model.outputShape.length > 2) model.add(tfl.layers.flatten());
    const units = layer === net.layers.at(-1) ? classes : undefined;
    for (const made of layersOf(layer, { net, seed: place, units })) model.add(made);
  }
  model.add(tfl.layers.activation({ name: 'softmax', activation: 'softmax' }));
  return model;
}

interface Place {
  net: CifarNet;
  seed: number;
  /** Instead of the layer's own units. */
  units: number | undefined;
}

function layersOf(layer: CifarLayer, { net, seed, units }: Place): tfl.layers.Layer[] {
  const weights = (std: number) => ({
    kernelInitializer: tfl.initializers.randomNormal({ mean: 0, stddev: std, seed }),
  });
  const activation = 'isActivated' in layer && layer.isActivated ? net.activation : 'linear';
  switch (layer.type) {
    case 'conv':
    case 'local': {
      const { name, filters, kernelSize, std } = layer;
      const args = { name, filters, kernelSize, padding: 'same', activation, ...weights(std) } as const;
      if (layer.type === 'local') return [new LocallyConnected2D(args)];
      const { groups = 1 } = layer;
      return [groups === 1 ? tfl.layers.conv2d(args) : new GroupedConv2D({ ...args, groups })];
    }
    case 'dense': {
      const { name, std, dropout } = layer;
      const dense = tfl.layers.dense({ name, units: units ?? layer.units, activation, ...weights(std) });
      return dropout ? [dense, new AlexNetDropout({ name: `${name}-drop`, rate: dropout, seed })] : [dense];
    }
    case 'pool': {
      // 'same' adds the row and the column on the right and bottom that the last window of the original needs, and
      // an average is taken over the pixels of the image only, in both
      const args = { poolSize: layer.poolSize, strides: layer.strides, padding: 'same' } as const;
      const pool = layer.pool === 'max' ? tfl.layers.maxPooling2d(args) : tfl.layers.averagePooling2d(args);
      return layer.isActivated ? [pool, tfl.layers.activation({ activation: net.activation })] : [pool];
    }
    case 'lrn': {
      const { size, alpha, beta } = layer;
      return [new LocalResponseNormalization({ depthRadius: (size - 1) / 2, bias: 1, alpha, beta })];
    }
    case 'sameMap': {
      const { size, alpha, beta } = layer;
      return [new SameMapNormalization({ size, bias: 1, alpha, beta })];
    }
  }
}
