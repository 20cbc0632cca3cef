import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';

/**
 * Checks the contract of every layer. In a plain `tf.sequential`, it must declare the shape that it computes,
 * keep its configuration and its output when the model is saved and loaded, and leak no tensor.
 */
export async function expectLayerContract(
  makeLayer: () => tfl.layers.Layer,
  inputShape: number[],
  outputShape: number[],
): Promise<void> {
  const model = tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape }), makeLayer()] });
  expect(model.outputs[0]?.shape).toEqual([null, ...outputShape]);

  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
  expect(loaded.layers.at(-1)?.getConfig()).toEqual(model.layers.at(-1)?.getConfig());

  const x = tf.tidy(() =>
    tf.reshape(tf.sin(tf.range(0, 2 * tf.util.sizeFromShape(inputShape))), [2, ...inputShape]),
  );
  const first = model.predict(x) as tf.Tensor;
  const second = loaded.predict(x) as tf.Tensor;
  expect(first.shape).toEqual([2, ...outputShape]);
  expect(Array.from(second.dataSync())).toEqual(Array.from(first.dataSync()));

  const before = tf.memory().numTensors;
  (model.predict(x) as tf.Tensor).dispose();
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([x, first, second]);
  model.dispose();
  loaded.dispose();
}
