import { useBackend } from '@alexnet/backends';
import { expectAllClose, readVectors, type StoredArray, type Vectors, valuesOf } from '@alexnet/testing';
import { testOnBackends } from '@alexnet/testing/on-backends';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { alexnet, type PresetName } from './index.js';

interface InitialLayer {
  name: string;
  towers: 1 | 2;
  kernel: number[];
  std: number;
  bias: number | 'uniform';
}
interface InitialNet {
  name: PresetName;
  distribution: 'normal' | 'uniform';
  /** The share of the weights within 1, 2 and 3 deviations of 0. */
  within: [number, number, number];
  parameters: number;
  layers: InitialLayer[];
}

const layersOf = (model: tfl.LayersModel, { name, towers }: InitialLayer): tfl.layers.Layer[] =>
  (towers === 2 ? ['a', 'b'] : ['']).map((letter) => model.getLayer(`${name}${letter}`));

/** The mean, the deviation, and the share of `values` within 1, 2 and 3 times `std` around 0. */
function statistics(values: Float32Array, std: number): { mean: number; std: number; within: number[] } {
  let [sum, squares, one, two, three] = [0, 0, 0, 0, 0]; // plain numbers, for 61 million values
  for (const value of values) {
    sum += value;
    squares += value * value;
    const distance = Math.abs(value);
    if (distance <= std) one++;
    if (distance <= 2 * std) two++;
    if (distance <= 3 * std) three++;
  }
  const mean = sum / values.length;
  const within = [one, two, three].map((count) => count / values.length);
  return { mean, std: Math.sqrt(squares / values.length - mean ** 2), within };
}

/** Expects `values` to match the distribution to five standard errors. */
function expectDistribution(values: Float32Array, std: number, { within }: InitialNet, name: string): void {
  const measured = statistics(values, std);
  const sigmas = 5 / Math.sqrt(values.length);
  expect(Math.abs(measured.mean), `mean of ${name}`).toBeLessThan(sigmas * std);
  expect(Math.abs(measured.std - std), `std of ${name}`).toBeLessThan(sigmas * std);
  within.forEach((share, i) => {
    const error = Math.abs((measured.within[i] as number) - share);
    expect(error, `share of ${name} within ${i + 1} std`).toBeLessThan(
      sigmas * Math.sqrt(share * (1 - share)) + 1e-9,
    );
  });
}

const { nets } = readVectors<{ nets: InitialNet[] }>('initialization');

test.each(nets)('$name begins with the shapes, deviations and biases of the vectors', async (net) => {
  await useBackend('cpu');
  const model = alexnet(net.name, { seed: 2 });
  expect(model.countParams()).toBe(net.parameters);
  for (const layer of net.layers) {
    for (const { name, weights } of layersOf(model, layer)) {
      const [kernel, bias] = weights.map((weight) => weight.read());
      expect([kernel?.shape, bias?.shape], name).toEqual([layer.kernel, [layer.kernel.at(-1)]]);
      expectDistribution(kernel?.dataSync() as Float32Array, layer.std, net, `${name}'s kernel`);
      const biases = bias?.dataSync() as Float32Array;
      if (layer.bias === 'uniform') expectDistribution(biases, layer.std, net, `${name}'s bias`);
      else expect(new Set(biases), `${name}'s bias`).toEqual(new Set([Math.fround(layer.bias)]));
    }
  }
  model.dispose();
});

interface Convolution {
  x: StoredArray;
  filter: StoredArray;
  bias: StoredArray;
  y: StoredArray;
}
const convolutions = readVectors<Vectors<Convolution>>('convolution');
const tensorOf = (stored: StoredArray): tf.Tensor => tf.tensor(valuesOf(stored), stored.shape);

testOnBackends('conv1 of original2012 agrees with the vectors at 224 pixels', async () => {
  const c = convolutions.cases[0] as Convolution;
  const model = alexnet('original2012', { width: 1 / 24, classes: 2 }); // two kernels per tower
  const values = tf.tidy(() => {
    const conv1 = model.getLayer('conv1a');
    conv1.setWeights([tensorOf(c.filter), tensorOf(c.bias)]);
    return conv1.apply(tensorOf(c.x)) as tf.Tensor;
  });
  expect(values.shape).toEqual([1, 55, 55, 2]);
  expectAllClose(await values.data(), c.y.data as number[], convolutions.tolerance);
  values.dispose();
  model.dispose();
});

interface Normalization {
  convention: string;
  groups: number;
  x: StoredArray;
  y: StoredArray;
}
const normalizations = readVectors<Vectors<Normalization>>('lrn');

test.each(['paper', 'original2012'] as const)(
  'lrn1 of %s stops at the border of its tower',
  async (preset) => {
    await useBackend('cpu');
    const model = alexnet(preset, { width: 1 / 8, classes: 2, imageSize: 67 });
    const cases = normalizations.cases.filter((c) => c.groups === 2 && c.convention === preset);
    expect(cases).toHaveLength(1);
    for (const c of cases) {
      const y = tf.tidy(() => {
        const towers = tf.split(tensorOf(c.x), 2, 3);
        return tf.concat(
          towers.map((x, t) => model.getLayer(t === 0 ? 'lrn1a' : 'lrn1b').apply(x) as tf.Tensor),
          3,
        );
      });
      expectAllClose(await y.data(), c.y.data as number[], normalizations.tolerance);
      y.dispose();
    }
    expect(inputsOf(model, 'lrn1b')).toEqual(['conv1b']);
    model.dispose();
  },
);

test('lrn1 of caffe crosses the border', async () => {
  await useBackend('cpu');
  const model = alexnet('caffe', { width: 1 / 8, classes: 2, imageSize: 67 });
  const cases = normalizations.cases.filter((c) => c.groups === 1 && c.convention === 'caffe');
  expect(cases.length).toBeGreaterThan(1);
  for (const c of cases) {
    const y = tf.tidy(() => model.getLayer('lrn1').apply(tensorOf(c.x)) as tf.Tensor);
    expectAllClose(await y.data(), c.y.data as number[], normalizations.tolerance);
    y.dispose();
  }
  model.dispose();
});

const inputsOf = (model: tfl.LayersModel, name: string): string[] =>
  (model.getLayer(name).inboundNodes[0]?.inboundLayers ?? []).map((layer) => layer.name);
