import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { buildNet } from './build-net.js';
import { optimizerOf, scheduleOf } from './make-training.js';
import { type CifarPresetName, presets } from './presets.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const build = (name: CifarPresetName) => buildNet(presets[name].net, { classes: 10, seed: 1 });

/** Weights and biases: k x k x channels + 1 for each filter; for each position too, if they are not shared. */
const conv = (channels: number, filters: number): number => (5 * 5 * channels + 1) * filters;
const local = (channels: number, filters: number): number => 6 * 6 * (3 * 3 * channels + 1) * filters;
const dense = (inputs: number, units: number): number => (inputs + 1) * units;

test.each<[CifarPresetName, number[]]>([
  ['80sec', [conv(3, 32), conv(32, 32), conv(32, 64), dense(4 * 4 * 64, 64), dense(64, 10)]],
  ['19pct', [conv(3, 32), conv(32, 32), conv(32, 64), dense(4 * 4 * 64, 10)]],
  ['18pct', [conv(3, 32), conv(32, 32), conv(32, 64), dense(4 * 4 * 64, 10)]],
  ['conv-local-13pct', [conv(3, 64), conv(64, 64), local(64, 32), local(32, 32), dense(6 * 6 * 32, 10)]],
  ['conv-local-11pct', [conv(3, 64), conv(64, 64), local(64, 64), local(64, 32), dense(6 * 6 * 32, 10)]],
])('%s has the maps and weights of its file', (name, parameters) => {
  const model = build(name);
  const counts = model.layers.map((layer) => layer.countParams()).filter((count) => count > 0);
  expect(counts).toEqual(parameters);
  const probabilities = tf.tidy(() => {
    const side = presets[name].net.imageSize;
    return tf
      .sum(model.predict(tf.randomNormal([2, side, side, 3], 0, 50, 'float32', 1)) as tf.Tensor, 1)
      .dataSync();
  });
  expect(probabilities[0]).toBeCloseTo(1, 5);
});

test('equal seeds give equal weights, and each layer has draws of its own', () => {
  const kernels = (seed: number): Float32Array[] =>
    buildNet(presets['19pct'].net, { classes: 10, seed })
      .getWeights()
      .filter((weight) => weight.rank > 1)
      .map((weight) => weight.dataSync<'float32'>());
  const [first, again, other] = [kernels(0), kernels(0), kernels(1)];
  expect(again).toEqual(first);
  expect(other[0]).not.toEqual(first[0]);
  expect([...(first[1] as Float32Array).slice(0, 9)]).not.toEqual([
    ...(first[2] as Float32Array).slice(0, 9),
  ]);
  const deviation = Math.sqrt((first[1] as Float32Array).reduce((sum, w) => sum + w * w, 0) / 25600);
  expect(deviation).toBeCloseTo(0.01, 3);
});

test('a net begins with the same weights with and without normalization', () => {
  const weights = (name: CifarPresetName): number[][] =>
    build(name)
      .getWeights()
      .map((weight) => [...weight.dataSync()]);
  expect(weights('18pct')).toEqual(weights('19pct'));
});

test('weights decay as in layer-params-18pct.cfg, biases do not, and only the rate of the weights drops', () => {
  const optimizer = optimizerOf(presets['18pct'].net);
  const none = { default: 0.004, biases: 0 };
  expect(optimizer.weightDecay).toEqual({
    default: 0,
    biases: 0,
    layers: { conv1: none, conv2: none, conv3: none, fc10: { default: 1, biases: 0 } },
  });
  expect(optimizer.learningRate).toEqual({ default: 0.001, biases: 0.002 });
  const schedule = scheduleOf(presets['18pct'].net);
  const rates = [0, 119, 120, 130].map((epoch) => schedule(epoch, []));
  expect(rates.map((rate) => (rate as { biases: number }).biases)).toEqual([0.002, 0.002, 0.002, 0.002]);
  const weights = rates.map((rate) => (rate as { default: number }).default);
  for (const [i, expected] of [0.001, 0.001, 0.0001, 0.00001].entries()) {
    expect(weights[i]).toBeCloseTo(expected, 12);
  }
  optimizer.dispose();
});

test('every preset names its files, and its author reports an error', () => {
  for (const [name, { source, author, net }] of Object.entries(presets)) {
    expect(source).toBe(`layers-${name}.cfg, layer-params-${name}.cfg`);
    expect(author.testError).toBeGreaterThan(0.1);
    expect(net.training.drops.every((epoch) => epoch < net.training.epochs)).toBe(true);
  }
});
