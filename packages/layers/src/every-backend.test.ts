import { type BackendName, useBackend } from '@alexnet/backends';
import { expectAllClose, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import * as layers from './index.js';

const shape: [number, number, number, number] = [2, 21, 19, 16];
const x = randomImage(shape, 1, 40);

/** A model of all layers, with the same weights on every backend. */
function stack(): tfl.LayersModel {
  const kernel = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.1, seed });
  return tfl.sequential({
    layers: [
      tfl.layers.inputLayer({ inputShape: shape.slice(1) }),
      new layers.LocalResponseNormalization(),
      new layers.GroupedConv2D({ filters: 32, kernelSize: 3, groups: 2, padding: [[1, 2], [0, 1]], activation: 'relu', kernelInitializer: kernel(1) }), // biome-ignore format: one line
      new layers.SameMapNormalization({ alpha: 0.01 }),
      new layers.OverlappingMaxPooling2D(),
      new layers.LocallyConnected2D({ filters: 6, kernelSize: [3, 2], strides: [1, 2], padding: 'same', kernelInitializer: kernel(3), biasInitializer: kernel(4) }), // biome-ignore format: one line
      tfl.layers.flatten(),
      new layers.AlexNetDropout({ name: 'drop', seed: 3 }),
      tfl.layers.dense({ units: 4, kernelInitializer: kernel(2) }),
    ],
  });
}

/**
 * The outputs in prediction and in training, and the gradients with respect to the input and every weight.
 */
function measure(): Float32Array[] {
  const model = stack();
  return tf.tidy(() => {
    const input = tf.tensor4d(Float32Array.from(x.data), shape);
    const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const training = (): tf.Tensor => model.apply(input, { training: true }) as tf.Tensor;
    const dropout = model.getLayer('drop') as layers.AlexNetDropout;
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(training())) as tf.Scalar, weights);
    dropout.randomState = 0;
    const byInput = tf.grad((t: tf.Tensor) => tf.sum(tf.square(model.apply(t) as tf.Tensor)))(input);
    const results = [
      model.predict(input) as tf.Tensor,
      training(),
      byInput,
      ...weights.map((w) => grads[w.name]),
    ];
    return results.map((tensor) => (tensor as tf.Tensor).dataSync<'float32'>().slice());
  });
}

describe.each<BackendName>(['onednn', 'torch', 'wasm'])('every layer on %s', (name) => {
  test('has the same values and gradients as on cpu', async (context) => {
    await useBackend('cpu');
    const expected = measure();
    try {
      await useBackend(name);
    } catch (error) {
      return context.skip((error as Error).message);
    }
    const actual = measure();
    expect(actual).toHaveLength(expected.length);
    expected.forEach((values, i) => {
      expectAllClose(actual[i] as Float32Array, values, 1e-4);
    });
  });
});
