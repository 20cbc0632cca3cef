import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';

/** A plain tf.layers net for 32 x 32 images, without our packages. */
export function cifarNet(): LayersModel {
  const conv = (filters: number) =>
    layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: 'heNormal',
    });
  const net = sequential({
    layers: [
      layers.inputLayer({ inputShape: [32, 32, 3] }),
      conv(32),
      layers.batchNormalization(),
      conv(32),
      layers.maxPooling2d({ poolSize: 2 }),
      conv(64),
      layers.batchNormalization(),
      conv(64),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.25, seed: 1 }),
      layers.flatten(),
      layers.dense({ units: 256, activation: 'relu' }),
      layers.dropout({ rate: 0.5, seed: 2 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  net.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return net;
}

/** An epoch of `model.fit`, including what tfjs does around the steps. */
export async function cifarStep(
  net: LayersModel,
  batch: number,
  count: number,
): Promise<() => Promise<undefined>> {
  const xs = tf.randomUniform([count, 32, 32, 3]);
  const ys = tf.tidy(() => tf.oneHot(tf.randomUniform([count], 0, 10, 'int32'), 10));
  return async () => {
    await net.fit(xs, ys, { batchSize: batch, epochs: 1, verbose: 0, shuffle: false, yieldEvery: 'never' });
    return undefined;
  };
}
