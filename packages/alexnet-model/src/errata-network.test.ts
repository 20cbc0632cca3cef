/** Checks of docs/errata.md that concern the network. */
import '@tensorflow/tfjs-backend-cpu';
import {
  groupedConv2d,
  localResponseNormalization,
  lrnConventions,
  overlappingMaxPool,
} from '@alexnet/layers';
import { expectAllClose, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type AlexNetOverrides, alexnet, layerSizes, type Net, type PresetName, presets } from './index.js';

const models: tfl.LayersModel[] = [];
function build(preset: PresetName | Net, overrides?: AlexNetOverrides): tfl.LayersModel {
  const model = alexnet(preset, overrides);
  models.push(model);
  return model;
}
const small = { width: 1 / 16, classes: 10 };
/** The shape of a layer's output, without the batch. */
const shapeOf = (model: tfl.LayersModel, layer: string): number[] =>
  (model.getLayer(layer).outputShape as number[]).slice(1);
const sideOf = (model: tfl.LayersModel, layer: string): number => shapeOf(model, layer)[0] as number;
const names = (model: tfl.LayersModel): string[] => model.layers.map((layer) => layer.name);
const paper = presets.paper.net;
const withConvs = (net: Net, change: (conv: Net['convs'][number], i: number) => object): Net => ({
  ...net,
  convs: net.convs.map((conv, i) => ({ ...conv, ...change(conv, i) })),
});
const image = (seed: number, ...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(Float32Array.from(randomImage(shape, seed, 60).data), shape);

/** The parameters of a net; layer-sizes.test.ts compares them with the models' own counts. */
const parametersOf = (preset: PresetName | Net): number =>
  layerSizes(preset).reduce((sum, { parameters }) => sum + parameters, 0);
const fc6Inputs = (sizes: ReturnType<typeof layerSizes>): number => {
  const { parameters = 0, units = 1 } = sizes.find(({ name }) => name === 'fc6') ?? {};
  return parameters / units - 1;
};

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
  expect(tf.memory().numTensors).toBe(0);
});

test('224 px with an overhang of 3, and 227 px without, give 55 windows a side; 224 px without give 54', () => {
  expect(sideOf(build('paper', small), 'conv1a')).toBe(55);
  expect(sideOf(build('caffe', small), 'conv1')).toBe(55);
  expect(
    sideOf(
      build(
        withConvs(paper, (_, i) => (i === 0 ? { padding: 0 } : {})),
        small,
      ),
      'conv1a',
    ),
  ).toBe(54);
});

test('the overhang equals zeros on the right and bottom, not two zeros on every side', () => {
  tf.tidy(() => {
    const x = image(1, 1, 224, 224, 3);
    const filter = image(2, 11, 11, 3, 2);
    const overhang = groupedConv2d(x, filter, { strides: 4, padding: [[0, 3], [0, 3]] }); // biome-ignore format: one line
    const extended = tf.pad(x, [[0, 0], [0, 3], [0, 3], [0, 0]]); // biome-ignore format: one line
    const on227 = groupedConv2d(extended, filter, { strides: 4 });
    const centered = groupedConv2d(x, filter, { strides: 4, padding: [[2, 2], [2, 2]] }); // biome-ignore format: one line
    expect([overhang.shape, on227.shape, centered.shape]).toEqual(Array(3).fill([1, 55, 55, 2]));
    expectAllClose(overhang.dataSync(), on227.dataSync(), 1e-6);
    const differences = tf.abs(tf.sub(overhang, centered));
    expect(tf.mean(tf.greater(differences, 1)).dataSync()[0]).toBeGreaterThan(0.9);
  });
});

test('without the overhang 54 px pool to 5, fc6 loses 2816 inputs and the net 11.5 million parameters', () => {
  const net = withConvs(paper, (_, i) => (i === 0 ? { padding: 0 } : {}));
  const model = build(net, small);
  const sides = ['conv1a', 'pool1a', 'pool2a', 'pool5a'].map((layer) => sideOf(model, layer));
  expect(sides).toEqual([54, 26, 12, 5]);
  expect(fc6Inputs(layerSizes(net))).toBe(9216 - 2816);
  expect(fc6Inputs(layerSizes('paper'))).toBe(9216);
  expect(parametersOf(net)).toBe(parametersOf('paper') - 2816 * 4096);
});

test('pooled sides are the same rounded up or down at 224 px, and differ at 54 windows', () => {
  const model = build('paper', small);
  const pooled = (side: number, round: (n: number) => number): number => round((side - 3) / 2) + 1;
  for (const [conv, pool] of [
    ['conv1a', 'pool1a'],
    ['conv2a', 'pool2a'],
    ['conv5a', 'pool5a'],
  ] as const) {
    // biome-ignore format: one line
    expect(pooled(sideOf(model, conv), Math.ceil)).toBe(sideOf(model, pool));
    expect(pooled(sideOf(model, conv), Math.floor)).toBe(sideOf(model, pool));
  }
  expect([pooled(54, Math.ceil), pooled(54, Math.floor)]).toEqual([27, 26]);
});

test('layer 1 has 290,400 units; the 253,440 of figure 2 is 55 x 48 x 96', () => {
  const units = layerSizes('paper').map((layer) => layer.units);
  expect(units).toEqual([290_400, 186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000]);
  const all = units.reduce((sum, count) => sum + count, 0);
  expect(all).toBe(659_272); // the abstract's 650,000
  expect(all - 290_400 + 253_440).toBe(622_312);
  expect(55 * 48 * 96).toBe(253_440);
});

test('layers 3 and 4 hold more than 1% of the parameters', () => {
  const shares = layerSizes('paper').map(({ parameters }) => parameters / 60_965_224);
  expectAllClose(shares.slice(0, 5), [0.00057, 0.00504, 0.01452, 0.01089, 0.00726], 1e-3);
});

test('one tower with every connection has 62,378,344 parameters, 2.3% more than two towers', () => {
  const whole = parametersOf({ ...paper, towers: 1 });
  expect(whole).toBe(62_378_344);
  expect(whole / parametersOf('paper')).toBeCloseTo(1.023, 3);
});

test('60 million parameters are 60,965,224, and the one-GPU net has 2% fewer', () => {
  expect(parametersOf('paper')).toBe(60_965_224);
  expect(parametersOf('original2012')).toBe(60_965_224);
  expect(parametersOf('oneGpu')).toBe(59_798_312);
  const dense = layerSizes('paper').slice(5);
  expect(dense.reduce((sum, { parameters }) => sum + parameters, 0) / 60_965_224).toBeCloseTo(0.962, 3);
});

test('squares of 2 pool to the same sides rounded down, and to larger ones rounded up', () => {
  const sides = (pool: Net['pool']): number[] => {
    const model = build({ ...paper, pool }, small);
    return ['pool1a', 'pool2a', 'pool5a'].map((layer) => sideOf(model, layer));
  };
  expect(sides(paper.pool)).toEqual([27, 13, 6]);
  expect(sides({ poolSize: 2, strides: 2, padding: 'valid' })).toEqual([27, 13, 6]);
  expect(sides({ poolSize: 2, strides: 2, padding: 'same' })).toEqual([28, 14, 7]);
  expect(sideOf(build('nonOverlapping', small), 'pool5a')).toBe(6);
});

test('alpha undivided normalizes 1.89 times as strongly as alpha / 5 where all activities are 100', () => {
  const at = (options: object): number =>
    tf.tidy(() => localResponseNormalization(tf.fill([1, 1, 1, 5], 100), options).dataSync()[2] as number);
  expect(at(lrnConventions.paper)).toBeCloseTo(100 / 7 ** 0.75, 4);
  expect(at(lrnConventions.original2012)).toBeCloseTo(100 / 3 ** 0.75, 4);
  expect(at(lrnConventions.original2012) / at(lrnConventions.paper)).toBeCloseTo(1.888, 3);
  expect(presets.paper.net.lrn).toEqual(lrnConventions.paper);
  expect(presets.original2012.net.lrn).toEqual(lrnConventions.original2012);
});

test('k = 1 passes small activities 1.68 times as large as k = 2', () => {
  const at = (options: object): number =>
    tf.tidy(() => localResponseNormalization(tf.fill([1, 1, 1, 5], 0.01), options).dataSync()[2] as number);
  expect(at(lrnConventions.caffe) / at(lrnConventions.original2012)).toBeCloseTo(2 ** 0.75, 5);
  expect(presets.caffe.net.lrn).toEqual(lrnConventions.caffe);
});

test('the defaults of tf.localResponseNormalization are nobody else’s constants', () => {
  tf.tidy(() => {
    const x = image(3, 1, 2, 2, 48);
    const defaults = tf.localResponseNormalization(x).dataSync();
    const spelled = tf.localResponseNormalization(x, 5, 1, 1, 0.5).dataSync();
    expectAllClose(defaults, spelled, 0);
    const paperMean = tf.mean(tf.abs(localResponseNormalization(x))).dataSync()[0] as number;
    const defaultMean = tf.mean(tf.abs(tf.tensor(defaults))).dataSync()[0] as number;
    expect(paperMean / defaultMean).toBeGreaterThan(30);
  });
});

test('on pixels in 0..1 the normalization is a constant factor to a thousandth', () => {
  tf.tidy(() => {
    const factor = (scale: number): Float32Array => {
      const x = tf.mul(tf.relu(image(4, 1, 4, 4, 48)), scale);
      return tf.divNoNan(localResponseNormalization(x as tf.Tensor4D), x).dataSync<'float32'>();
    };
    const spread = (values: Float32Array): number => {
      const seen = values.filter((value) => value > 0);
      return 1 - Math.min(...seen) / Math.max(...seen);
    };
    expect(spread(factor(1 / 255))).toBeLessThan(0.001);
    expect(spread(factor(1))).toBeGreaterThan(0.2);
  });
});

test('normalizing before the ReLU is a different function from normalizing after it', () => {
  tf.tidy(() => {
    const x = image(5, 1, 4, 4, 48);
    const before = tf.relu(localResponseNormalization(x));
    const after = localResponseNormalization(tf.relu(x));
    const ratio = tf.max(tf.divNoNan(after, before)).dataSync()[0] as number;
    expect(ratio).toBeGreaterThan(1.2); // negative neighbours count before, not after
  });
  expect(presets.paper.net.convs[0]?.steps).toEqual(['activation', 'lrn', 'pool']);
  expect(presets.original2012.net.convs[0]?.steps).toEqual(['lrn', 'pool', 'activation']);
});

test('ReLU and max pooling commute exactly, normalization and pooling do not', () => {
  tf.tidy(() => {
    const x = image(6, 1, 13, 13, 8);
    expectAllClose(
      tf.relu(overlappingMaxPool(x)).dataSync(),
      overlappingMaxPool(tf.relu(x) as tf.Tensor4D).dataSync(),
      0,
    );
    const lrnFirst = overlappingMaxPool(localResponseNormalization(x));
    const poolFirst = localResponseNormalization(overlappingMaxPool(x));
    expect(tf.max(tf.abs(tf.sub(lrnFirst, poolFirst))).dataSync()[0]).toBeGreaterThan(1);
  });
});

test('normalizing the whole layer differs from normalizing each tower in four channels', () => {
  tf.tidy(() => {
    const x = image(7, 1, 5, 5, 96);
    const apart = tf.concat(tf.split(x, 2, 3).map((t) => localResponseNormalization(t as tf.Tensor4D)), 3); // biome-ignore format: one line
    const joined = localResponseNormalization(x);
    const differs = tf.max(tf.abs(tf.sub(apart, joined)), [0, 1, 2]).dataSync();
    const channels = [...differs.keys()].filter((c) => (differs[c] as number) > 0);
    expect(channels).toEqual([46, 47, 48, 49]);
  });
  expect(names(build('caffe', small)).filter((name) => name.startsWith('lrn'))).toEqual(['lrn1', 'lrn2']);
  const towers = names(build('paper', small)).filter((name) => name.startsWith('lrn'));
  expect(towers).toEqual(['lrn1a', 'lrn1b', 'lrn2a', 'lrn2b']);
});

test('the net that was run has a third normalization, and the ablation without LRN dropped all three', () => {
  const norms = (preset: PresetName): string[] =>
    names(build(preset, small)).filter((name) => /^(lrn|sameMap).*a$/.test(name));
  expect(norms('paper')).toEqual(['lrn1a', 'lrn2a']);
  expect(norms('original2012')).toEqual(['lrn1a', 'lrn2a', 'sameMap2a']);
  expect(norms('noLrn')).toEqual([]);
});

test('dropout follows fc6 and fc7 in the paper, and precedes them in torchvision', () => {
  const tail = (preset: PresetName): string[] =>
    names(build(preset, small)).filter((name) => /^(drop|fc\d$)/.test(name));
  expect(tail('paper')).toEqual(['fc6', 'drop6', 'fc7', 'drop7', 'fc8']);
  expect(tail('torchvision')).toEqual(['drop6', 'fc6', 'drop7', 'fc7', 'fc8']);
});

test('torchvision’s alexnet is the net of another paper: 64 kernels, no towers, no normalization', () => {
  const model = build('torchvision', { classes: 10 });
  expect(parametersOf('torchvision')).toBe(61_100_840);
  expect(shapeOf(model, 'conv1')).toEqual([55, 55, 64]);
  expect(names(model).filter((name) => /lrn|[ab]$/.test(name))).toEqual([]);
});
