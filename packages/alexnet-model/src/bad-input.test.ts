import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { type AlexNetOverrides, alexnet, type ConvBlock, layerSizes, type Net, presets } from './index.js';

afterEach(() => {
  expect(tf.memory().numTensors).toBe(0);
  expect(Object.keys(tf.engine().registeredVariables)).toEqual([]);
});

const { net } = presets.paper;
const withConv = (index: number, change: Partial<ConvBlock>): Net => ({
  ...net,
  convs: net.convs.map((conv, i) => (i === index ? { ...conv, ...change } : conv)),
});

test('an unknown preset is refused with a list of the known ones', () => {
  const rule = /^preset must be one of paper, original2012, .*, torchvision \(alexnet\), got /;
  for (const bad of ['alexnet', 'toString', null, 7]) {
    expect(() => alexnet(bad as 'paper'), String(bad)).toThrow(rule);
  }
  expect(() => alexnet('alexnet' as 'paper')).toThrow("got 'alexnet'.");
});

describe('an override out of range is refused by name, rule and value', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ width: 0 }, 'width must be a finite number > 0 (alexnet), got 0.'],
    [{ width: Number.NaN }, 'width must be a finite number > 0 (alexnet), got NaN.'],
    [{ width: '1' }, "width must be a finite number > 0 (alexnet), got '1'."],
    [{ classes: 0 }, 'classes must be a whole number >= 2 (alexnet), got 0.'],
    [{ classes: 1 }, 'classes must be a whole number >= 2 (alexnet), got 1.'],
    [{ classes: 10.5 }, 'classes must be a whole number >= 2 (alexnet), got 10.5.'],
    [{ classes: null }, 'classes must be a whole number >= 2 (alexnet), got null.'],
    [{ imageSize: 0 }, 'imageSize must be a whole number >= 1 (alexnet), got 0.'],
    [{ imageSize: 224.5 }, 'imageSize must be a whole number >= 1 (alexnet), got 224.5.'],
    [{ imageSize: 32 }, 'imageSize must be at least 64 for this net (alexnet), got 32.'],
    [{ activation: 'gelu' }, "activation must be 'relu' or 'tanh' (alexnet), got 'gelu'."],
    [{ lrn: true }, 'lrn must be false or left out (alexnet), got true.'],
    [{ overlap: 0 }, 'overlap must be false or left out (alexnet), got 0.'],
    [{ dropout: 1 }, 'dropout must be false or a rate in [0, 1) (alexnet), got 1.'],
    [{ dropout: Number.NaN }, 'dropout must be false or a rate in [0, 1) (alexnet), got NaN.'],
    [{ dropout: true }, 'dropout must be false or a rate in [0, 1) (alexnet), got true.'],
    [{ towers: 3 }, 'towers must be 1 or 2 (alexnet), got 3.'],
    [{ seed: 0.5 }, 'seed must be a whole number (alexnet), got 0.5.'],
    [
      { clases: 10 },
      "options must be among classes, imageSize, activation, lrn, overlap, dropout, towers, width, seed (alexnet), got 'clases'.",
    ],
  ])('%o', (overrides, message) => {
    expect(() => alexnet('paper', overrides as AlexNetOverrides)).toThrow(message);
    expect(() => layerSizes('paper', overrides as AlexNetOverrides)).toThrow(message);
  });

  test('towers: 2 for a net whose groups stand for towers', () => {
    expect(() => alexnet('caffe', { towers: 2 })).toThrow(
      'towers must be 1 where convolutions have groups, which stand for towers (alexnet), got 2.',
    );
  });
});

// 64 -> 15 -> 7 -> 3 -> 1
test('the smallest image is accepted, and one pixel less is refused', () => {
  const model = alexnet('paper', { width: 1 / 16, imageSize: 64, classes: 2 });
  const output = tf.tidy(() => (model.predict(tf.zeros([1, 64, 64, 3])) as tf.Tensor).dataSync());
  expect(output.length).toBe(2);
  model.dispose();
  expect(() => alexnet('paper', { width: 1 / 16, imageSize: 63 })).toThrow('imageSize must be at least 64');
});

test('an image of a different size than the model expects is refused', () => {
  const model = alexnet('paper', { width: 1 / 16, imageSize: 64, classes: 2 });
  tf.tidy(() => {
    expect(() => model.predict(tf.zeros([1, 65, 64, 3]))).toThrow('[null,64,64,3]');
  });
  model.dispose();
});

describe("the caller's own net is refused by the name of its field, and leaves no variables", () => {
  test.each<[string, Net, string]>([
    ['odd filters', withConv(2, { filters: 383 }), 'convs[2].filters must be a multiple of 2, its towers times groups (alexnet), got 383.'], // biome-ignore format: one line
    ['groups', withConv(1, { groups: 64, filters: 256 }), 'convs[1].groups must be a divisor of its 48 input channels (alexnet), got 64.'], // biome-ignore format: one line
    ['padding', withConv(1, { padding: -1 }), 'convs[1].padding must be a whole number >= 0 (alexnet), got -1.'], // biome-ignore format: one line
    ['std', withConv(4, { std: Number.NaN }), 'convs[4].std must be a finite number > 0 (alexnet), got NaN.'],
    ['bias', withConv(4, { bias: Number.POSITIVE_INFINITY }), "convs[4].bias must be a finite number or 'fanIn' (alexnet), got Infinity."], // biome-ignore format: one line
    ['steps', withConv(0, { steps: ['norm' as 'lrn'] }), "convs[0].steps must be 'activation', 'lrn', 'sameMap' or 'pool' (alexnet), got 'norm'."], // biome-ignore format: one line
    ['a norm that is not given', { ...net, lrn: null }, 'lrn must be given if convs[0].steps has it (alexnet), got null.'], // biome-ignore format: one line
    ['units', { ...net, dense: [{ units: 7, std: 1, bias: 0 }] }, 'dense[0].units must be a multiple of 2, its towers times groups (alexnet), got 7.'], // biome-ignore format: one line
    ['pool', { ...net, pool: { ...net.pool, strides: 0 } }, 'pool.strides must be a whole number >= 1 (alexnet), got 0.'], // biome-ignore format: one line
    ['no convolution', { ...net, convs: [null as never] }, 'convs[0] must be an object (alexnet), got null.'],
    ['no pool', { ...net, pool: null as never }, 'pool must be an object (alexnet), got null.'],
    [
      'no output',
      { ...net, output: undefined as never },
      'output must be an object (alexnet), got undefined.',
    ],
    ['no dense block', { ...net, dense: [4096 as never] }, 'dense[0] must be an object (alexnet), got 4096.'],
    ['no list', { ...net, convs: undefined as never }, 'convs must be a list (alexnet), got undefined.'],
    // refused by their own layers, when earlier layers already have their weights
    ['a rate of 1', { ...net, dropout: { rate: 1, mode: 'paper', placement: 'outputs' } }, 'rate must be in [0, 1) (dropout), got 1.'], // biome-ignore format: one line
    ['alpha', { ...net, lrn: { depthRadius: 2, bias: 2, alpha: Number.NaN, beta: 0.75 } }, 'alpha must be a finite number > 0 (localResponseNormalization), got NaN.'], // biome-ignore format: one line
  ])('%s', (_, bad, message) => {
    expect(() => alexnet(bad)).toThrow(message);
    expect(() => alexnet(bad, { width: 1 / 2 })).toThrow(message);
  });
});
