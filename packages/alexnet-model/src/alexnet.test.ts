import '@tensorflow/tfjs-backend-cpu';
import { registerLayers } from '@alexnet/layers';
import { expectAllClose, readVectors } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alexnet, layerSizes, type PresetName } from './index.js';

let model: tfl.LayersModel;
let alive = false;
/** Builds the model of a test and disposes of the previous one. */
const build = (...args: Parameters<typeof alexnet>): void => {
  forget();
  model = alexnet(...args);
  alive = true;
};
const forget = (): void => {
  if (alive) model.dispose();
  alive = false;
};
const shapes = (): Record<string, unknown> =>
  Object.fromEntries(model.layers.map((layer) => [layer.name, (layer.outputShape as number[]).slice(1)]));
function moments(weights: tf.Tensor | undefined): { mean: number; std: number } {
  const values = weights?.dataSync<'float32'>() ?? new Float32Array();
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, std: Math.sqrt(squares / values.length - mean ** 2) };
}

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  forget();
  expect(tf.memory().numTensors).toBe(0);
});

// From figure 2 and the layer files. The paper and the original program count 60.97, 59.80 and 61.56 million.
const parameters: Record<PresetName, number> = {
  paper: 60_965_224,
  original2012: 60_965_224,
  oneGpu: 59_798_312,
  paperConv6: 61_555_304,
  nonOverlapping: 60_965_224,
  noLrn: 60_965_224,
  oneWeirdTrick: 61_100_840,
  caffe: 60_965_224,
  torchvision: 61_100_840,
};
/** Presets that conformance.test.ts builds, and whose parameters it counts. */
const { nets } = readVectors<{ nets: { name: PresetName; parameters: number }[] }>('initialization');
const others = Object.entries(parameters).filter(([name]) => nets.every((net) => net.name !== name));

// layer-sizes.test.ts compares the sizes with those of layers that are built
test.each(others as [PresetName, number][])(
  'preset %s has %i parameters at 1000 classes',
  (preset, count) => {
    expect(layerSizes(preset).reduce((sum, layer) => sum + layer.parameters, 0)).toBe(count);
  },
);

test.each(nets)('preset $name has the parameters of its vectors: $parameters', (net) => {
  expect(net.parameters).toBe(parameters[net.name]);
});

describe('paper', () => {
  test('has the layers of figure 2, weights from N(0, .01), and biases of 1 in layers 2, 4, 5, 6, 7', () => {
    build('paper', { seed: 3 });
    const tower = (letter: string): Record<string, number[]> => ({
      [`conv1${letter}`]: [55, 55, 48],
      [`pool1${letter}`]: [27, 27, 48],
      [`conv2${letter}`]: [27, 27, 128],
      [`pool2${letter}`]: [13, 13, 128],
      [`conv3${letter}`]: [13, 13, 192],
      [`conv4${letter}`]: [13, 13, 192],
      [`conv5${letter}`]: [13, 13, 128],
      [`pool5${letter}`]: [6, 6, 128],
    });
    expect(shapes()).toMatchObject({
      image: [224, 224, 3],
      ...tower('a'),
      ...tower('b'),
      join2: [13, 13, 256],
      flatten: [9216],
      fc6: [4096],
      fc7: [4096],
      fc8: [1000],
      softmax: [1000],
    });
    const perLayer = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'fc6', 'fc7', 'fc8'].map((prefix) =>
      model.layers.filter((l) => l.name.startsWith(prefix)).reduce((sum, l) => sum + l.countParams(), 0),
    );
    expect(perLayer).toEqual([34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]);

    for (const [name, bias] of Object.entries({
      conv1a: 0,
      conv2b: 1,
      conv3a: 0,
      conv4a: 1,
      conv5b: 1,
      fc6a: 1,
      fc7b: 1,
      fc8: 0,
    })) {
      const [kernel, biases] = model.getLayer(name).getWeights();
      const { mean, std } = moments(kernel);
      const standardError = 0.01 / Math.sqrt(kernel?.size ?? 0);
      expect(Math.abs(mean), name).toBeLessThan(5 * standardError);
      expect(Math.abs(std - 0.01), name).toBeLessThan(5 * standardError);
      expect(new Set(biases?.dataSync()), name).toEqual(new Set([bias]));
    }
  });

  test('conv2, conv4 and conv5 read their own tower; conv3 and the dense layers read both', () => {
    build('paper', { width: 1 / 16, classes: 10 });
    const inputs = (name: string): string[] =>
      (model.getLayer(name).inboundNodes[0]?.inboundLayers ?? []).map((layer) => layer.name);
    expect(inputs('conv2b')).toEqual(['pool1b']);
    expect([inputs('conv3a'), inputs('conv3b')]).toEqual([['join2'], ['join2']]);
    expect(inputs('join2')).toEqual(['pool2a', 'pool2b']);
    expect(inputs('conv4a')).toEqual(['conv3a']);
    expect(inputs('conv5b')).toEqual(['conv4b']);
    expect([inputs('fc7a'), inputs('fc7b')]).toEqual([['drop6'], ['drop6']]);
  });
});

test('original2012 normalizes layer 1 before the ReLU and has the same-map norm in layer 2', () => {
  build('original2012', { width: 1 / 16, classes: 10 });
  const names = model.layers.map((layer) => layer.name).filter((name) => /[12]a$/.test(name));
  expect(names).toEqual(['conv1a', 'lrn1a', 'pool1a', 'relu1a', 'conv2a', 'lrn2a', 'sameMap2a', 'pool2a']);
  expect(model.getLayer('conv1a').getConfig().activation).toBe('linear');
  expect(model.getLayer('conv2a').getConfig().activation).toBe('relu');
  expect(model.getLayer('lrn1a').getConfig()).toMatchObject({
    depthRadius: 2,
    bias: 2,
    alpha: 2e-5,
    beta: 0.75,
  });
});

test('original2012 starts with std .03 in conv3, and a narrower net with std / sqrt(width) after conv1', () => {
  build('original2012', { width: 1 / 4 });
  const std = (name: string): number => moments(model.getLayer(name).getWeights()[0]).std;
  expect(std('conv1a')).toBeCloseTo(0.01, 3);
  expect(std('conv2a')).toBeCloseTo(0.02, 3);
  expect(std('conv3a')).toBeCloseTo(0.06, 3);
  expect(std('fc6a')).toBeCloseTo(0.02, 4);
});

test('nonOverlapping goes 55 -> 28 -> 26 -> 13 -> 11 -> 6', () => {
  build('nonOverlapping', { width: 1 / 16, classes: 10 });
  const sides = ['conv1a', 'pool1a', 'conv2a', 'pool2a', 'conv4a', 'conv5a', 'pool5a'];
  expect(sides.map((name) => (shapes()[name] as number[])[0])).toEqual([55, 28, 26, 13, 13, 11, 6]);
});

test('overrides change the net: activation, dropout, image size, classes', () => {
  build('paper', { width: 1 / 16, classes: 7, activation: 'tanh', dropout: false, imageSize: 96 });
  expect(model.layers.some((layer) => layer.name.startsWith('drop'))).toBe(false);
  expect(model.getLayer('conv1a').getConfig().activation).toBe('tanh');
  expect(shapes()).toMatchObject({ image: [96, 96, 3], conv1a: [23, 23, 3], softmax: [7] });
});

test.each([0, 1, -3])(
  'seed %i gives the same weights again, different ones to each tower, and others than another seed',
  (seed) => {
    const weights = (from: number): Float32Array[] => {
      build('paper', { width: 1 / 16, classes: 5, seed: from });
      return model.getWeights().map((weight) => weight.dataSync<'float32'>());
    };
    const first = weights(seed);
    expect(weights(seed)).toEqual(first);
    expect(weights(seed + 1)[0]).not.toEqual(first[0]);
    const [towerA, towerB] = ['conv1a', 'conv1b'].map((name) =>
      model.getLayer(name).getWeights()[0]?.dataSync(),
    );
    expect(towerA).not.toEqual(towerB);
  },
);

test('a saved model loads after registerLayers() and predicts the same', async () => {
  registerLayers();
  build('original2012', { width: 1 / 16, classes: 6, imageSize: 96 });
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
  tf.tidy(() => {
    const x = tf.randomNormal([2, 96, 96, 3], 0, 60, 'float32', 1);
    const expected = (model.predict(x) as tf.Tensor).dataSync();
    expectAllClose((loaded.predict(x) as tf.Tensor).dataSync(), expected, 0);
    expect(expected.length).toBe(12);
  });
  loaded.dispose();
});
