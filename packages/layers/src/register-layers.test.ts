import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import * as layers from './index.js';

test('after registration, even twice, a model with every layer is saved and loaded', async () => {
  layers.registerLayers();
  layers.registerLayers();
  await tf.setBackend('cpu');
  const model = tfl.sequential({
    layers: [
      tfl.layers.inputLayer({ inputShape: [16, 16, 4] }),
      new layers.GroupedConv2D({ filters: 6, kernelSize: 3, groups: 2, padding: 'same', activation: 'relu' }),
      new layers.LocalResponseNormalization(layers.lrnConventions.caffe),
      new layers.SameMapNormalization(),
      new layers.OverlappingMaxPooling2D(),
      new layers.LocallyConnected2D({ filters: 4, kernelSize: 3, strides: 2, padding: [[1, 0], [0, 1]] }), // biome-ignore format: one line
      tfl.layers.flatten(),
      new layers.AlexNetDropout(),
      tfl.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
  const x = tf.ones([2, 16, 16, 4]);
  const before = Array.from((model.predict(x) as tf.Tensor).dataSync());
  expect(Array.from((loaded.predict(x) as tf.Tensor).dataSync())).toEqual(before);
});
