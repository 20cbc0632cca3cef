import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { expectClose, noise } from './testing/compare-backends.js';
import { describeOneDnn } from './testing/describe-onednn.js';

const { layers } = tfl;
const classes = 5;
const images = 12;
const side = 14;

interface Training {
  model: () => tfl.LayersModel;
  optimizer: () => tf.Optimizer;
  loss: string;
}

/** Convolutions without bias, batch normalization, a residual sum, both means. */
function residual(): tfl.LayersModel {
  const block = (x: tfl.SymbolicTensor, filters: number): tfl.SymbolicTensor => {
    const y = layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }).apply(x);
    const z = layers.batchNormalization({ momentum: 0.5 }).apply(y);
    return layers.activation({ activation: 'relu' }).apply(z) as tfl.SymbolicTensor;
  };
  const inputs = tfl.input({ shape: [side, side, 3] });
  const first = block(inputs, 8);
  const sum = layers.add().apply([first, block(block(first, 8), 8)]) as tfl.SymbolicTensor;
  const pooled = layers.averagePooling2d({ poolSize: 2 }).apply(sum) as tfl.SymbolicTensor;
  const both = layers.concatenate().apply([pooled, block(pooled, 12)]) as tfl.SymbolicTensor;
  const mean = layers.globalAveragePooling2d({}).apply(both);
  const outputs = layers.dense({ units: classes, activation: 'softmax' }).apply(mean);
  return tfl.model({ inputs, outputs: outputs as tfl.SymbolicTensor });
}

/** Biases, max pooling, dropout, a dense layer. */
function plain(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      layers.conv2d({
        filters: 8,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        inputShape: [side, side, 3],
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.25, seed: 5 }),
      layers.conv2d({ filters: 12, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 24, activation: 'relu', kernelRegularizer: tfl.regularizers.l2({ l2: 0.01 }) }),
      layers.dropout({ rate: 0.5, seed: 6 }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
}

/** Every activation, depthwise and separable convolution, global maxima. */
function various(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'elu', inputShape: [side, side, 3] }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'relu6' }),
      layers.separableConv2d({ filters: 12, kernelSize: 3, activation: 'sigmoid' }),
      layers.leakyReLU({ alpha: 0.1 }),
      layers.conv2d({ filters: 12, kernelSize: 3, activation: 'swish' }),
      layers.prelu({}),
      layers.conv2d({ filters: 12, kernelSize: 3, padding: 'same', activation: 'tanh' }),
      layers.batchNormalization({}),
      layers.conv2d({ filters: 12, kernelSize: 1, activation: 'selu' }),
      layers.conv2d({ filters: 12, kernelSize: 1, activation: 'softplus' }),
      layers.globalMaxPooling2d({}),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
}

function channelsFirst(): tfl.LayersModel {
  const dataFormat = 'channelsFirst';
  return tfl.sequential({
    layers: [
      layers.permute({ dims: [3, 1, 2], inputShape: [side, side, 3] }),
      layers.conv2d({ filters: 8, kernelSize: 3, dataFormat, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2, dataFormat }),
      layers.conv2d({ filters: 12, kernelSize: 3, dataFormat, padding: 'same' }),
      layers.averagePooling2d({ poolSize: 2, dataFormat }),
      layers.flatten({}),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  });
}

const categorical = 'categoricalCrossentropy';
const sparse = 'sparseCategoricalCrossentropy';
const trainings: Record<string, Training> = {
  'a plain network with sgd': { model: plain, optimizer: () => tf.train.sgd(0.05), loss: categorical },
  'a plain network with momentum': {
    model: plain,
    optimizer: () => tf.train.momentum(0.02, 0.9),
    loss: sparse,
  },
  'a residual network with adam': {
    model: residual,
    optimizer: () => tf.train.adam(0.002, 0.9, 0.999, 1e-3), // a smaller epsilon would enlarge rounding errors
    loss: categorical,
  },
  'a residual network with sgd': { model: residual, optimizer: () => tf.train.sgd(0.05), loss: sparse },
  'every activation with rmsprop': { model: various, optimizer: () => tf.train.rmsprop(1e-3), loss: sparse },
  'channels first with momentum': {
    model: channelsFirst,
    optimizer: () => tf.train.momentum(0.02, 0.9),
    loss: categorical,
  },
};

/**
 * Trains on a backend from weights that depend only on their shapes; returns weights, losses and predictions.
 */
async function train(backend: string, { model: build, optimizer, loss }: Training) {
  await tf.setBackend(backend);
  const model = build();
  const initial = model.weights.map(({ shape, name }, i) => {
    const known = shape as number[];
    const values = tf.mul(tf.tensor(noise(known, i + 1), known), shape.length > 1 ? 0.5 : 0.1);
    return /gamma|variance/.test(name) ? tf.add(values, 1) : values;
  });
  model.setWeights(initial);
  model.compile({ optimizer: optimizer(), loss, metrics: ['accuracy'] });
  const labels = tf.tensor1d(
    Int32Array.from({ length: images }, (_, i) => (i * i) % classes),
    'int32',
  );
  const xs = tf.add(tf.tensor(noise([images, side, side, 3], 78), [images, side, side, 3]), 0.5);
  const ys = loss === sparse ? tf.cast(labels, 'float32') : tf.oneHot(labels, classes);
  const history = await model.fit(xs, ys, { batchSize: 12, epochs: 2, shuffle: false, verbose: 0 });
  const predicted = model.predict(xs) as tf.Tensor;
  return {
    weights: model.getWeights().map((tensor) => tensor.dataSync()),
    losses: history.history.loss as number[],
    predicted: predicted.dataSync(),
  };
}

describeOneDnn('model.fit of tfjs-layers on onednn', () => {
  test.each(Object.entries(trainings))('trains %s as cpu does', async (_, training) => {
    const expected = await train('cpu', training);
    const actual = await train('onednn', training);
    expect(expected.losses[1]).toBeLessThan(expected.losses[0] as number);
    expectClose(actual.losses, expected.losses, 1e-4);
    expectClose(actual.predicted, expected.predicted, 1e-3);
    actual.weights.forEach((weights, i) => {
      expectClose(weights, expected.weights[i] ?? [], 1e-3);
    });
  });
});
