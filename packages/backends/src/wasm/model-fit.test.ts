import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { useBackend } from '../use-backend.js';

const classes = 3;

/** A CNN with every kind of layer that is common in tf.layers classifiers. */
function network(): tfl.LayersModel {
  const kernelInitializer = (seed: number) => tfl.initializers.heNormal({ seed });
  const input = tfl.input({ shape: [12, 12, 2] });
  const tokens = tfl.input({ shape: [4] });
  const images = [
    tfl.layers.conv2d({
      filters: 6,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      kernelInitializer: kernelInitializer(1),
    }),
    tfl.layers.batchNormalization(),
    tfl.layers.leakyReLU(),
    tfl.layers.separableConv2d({ filters: 8, kernelSize: 3, padding: 'same', depthwiseInitializer: kernelInitializer(2), pointwiseInitializer: kernelInitializer(3) }), // biome-ignore format: one line
    tfl.layers.activation({ activation: 'relu' }),
    tfl.layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: kernelInitializer(4) }),
    tfl.layers.maxPooling2d({ poolSize: 2, strides: 1 }),
    tfl.layers.averagePooling2d({ poolSize: 2, strides: 1 }),
    tfl.layers.dropout({ rate: 0.25, seed: 5 }),
    tfl.layers.globalAveragePooling2d({}),
  ].reduce<tfl.SymbolicTensor>((x, layer) => layer.apply(x) as tfl.SymbolicTensor, input);
  const words = tfl.layers
    .flatten()
    .apply(
      tfl.layers
        .embedding({ inputDim: 7, outputDim: 3, embeddingsInitializer: kernelInitializer(6) })
        .apply(tokens) as tfl.SymbolicTensor,
    ) as tfl.SymbolicTensor;
  const joined = tfl.layers.concatenate().apply([images, words]) as tfl.SymbolicTensor;
  const output = tfl.layers
    .dense({
      units: classes,
      activation: 'softmax',
      kernelInitializer: kernelInitializer(7),
      kernelRegularizer: tfl.regularizers.l2(),
    })
    .apply(joined) as tfl.SymbolicTensor;
  return tfl.model({ inputs: [input, tokens], outputs: output });
}

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  adam: () => tf.train.adam(0.01),
  rmsprop: () => tf.train.rmsprop(0.01),
  adagrad: () => tf.train.adagrad(0.05),
  adadelta: () => tf.train.adadelta(0.5),
  adamax: () => tf.train.adamax(0.01),
};

async function fit(
  optimizer: tf.Optimizer,
  loss: string,
): Promise<{ losses: number[]; answers: Float32Array }> {
  const model = network();
  model.compile({ optimizer, loss, metrics: ['accuracy'] });
  const xs = tf.randomNormal([8, 12, 12, 2], 0, 1, 'float32', 9); // no ties in the max pooling
  const tokens = tf.tensor2d(
    Int32Array.from({ length: 32 }, (_, i) => (i * 5) % 7),
    [8, 4],
    'int32',
  );
  const ys = tf.tensor2d(Float32Array.from({ length: 8 * classes }, (_, i) => Number(i % classes === (i >> 3) % classes)), [8, classes]); // biome-ignore format: one line
  const { history } = await model.fit([xs, tokens], ys, {
    epochs: 4,
    batchSize: 4,
    shuffle: false,
    verbose: 0,
  });
  const answers = (model.predict([xs, tokens]) as tf.Tensor).dataSync<'float32'>().slice();
  tf.disposeVariables();
  return { losses: history.loss as number[], answers };
}

test.each([
  ...Object.keys(optimizers).map((name) => [name, 'categoricalCrossentropy'] as const),
  ['sgd', 'meanSquaredError'],
  ['sgd', 'meanAbsoluteError'],
  ['sgd', 'binaryCrossentropy'],
] as const)('model.fit with %s and %s matches cpu', async (name, loss) => {
  const make = optimizers[name] as () => tf.Optimizer;
  await useBackend('cpu');
  const expected = await fit(make(), loss);
  await useBackend('wasm');
  const actual = await fit(make(), loss);
  expected.losses.forEach((value, i) => {
    expect(actual.losses[i]).toBeCloseTo(value, 3);
  });
  expected.answers.forEach((value, i) => {
    expect(actual.answers[i]).toBeCloseTo(value, 2);
  });
  expect(new Set(expected.losses).size).toBe(4);
});
