import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { alexnet, exportWeights, importWeights, presets } from '../index.js';
import { expectedLogits, files, fixture, logitsOfFixture } from './fixtures.test-data.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const expected = (name: string): number[] => expectedLogits[name]?.logits ?? [];
/** The error of the model's logits, relative to the largest expected logit. */
const errorOf = (actual: ArrayLike<number>, name: string): number => {
  const scale = Math.max(...expected(name).map(Math.abs));
  return Math.max(...expected(name).map((value, i) => Math.abs(value - (actual[i] as number)) / scale));
};

describe.each(files)('%s', (name, options) => {
  test("has PyTorch's logits within 1e-4", async () => {
    const { model } = await importWeights(fixture(name), { name, ...options });
    expectAllClose(logitsOfFixture(model, name), expected(name), 1e-4);
    expect(model.outputShape).toEqual([null, 6]);
    model.dispose();
  });

  test("is also read from the middle of a Node Buffer, where readFile's pool may put it", async () => {
    const bytes = fixture(name);
    const buffer = Buffer.concat([Buffer.alloc(3, 1), bytes, Buffer.alloc(5, 1)]).subarray(
      3,
      3 + bytes.length,
    );
    const { model } = await importWeights(buffer, { name, ...options });
    expectAllClose(logitsOfFixture(model, name), expected(name), 1e-4);
    model.dispose();
  });

  test('has the same logits after export to tfjs and import', async () => {
    const first = await importWeights(fixture(name), { name, ...options });
    const artifacts = await exportWeights(first.model, { format: 'tfjs' });
    first.model.dispose();
    const { model, net, preprocessing, format } = await importWeights(artifacts);
    expect(format).toBe('tfjs');
    expect({ net, preprocessing }).toEqual({ net: first.net, preprocessing: first.preprocessing });
    expectAllClose(logitsOfFixture(model, name), expected(name), 1e-4);
    model.dispose();
  });
});

test('the logits depend on the constants, channel order and steps that are stored with the weights', async () => {
  const { lrn, convs } = presets.caffe.net;
  if (!lrn) throw new Error('the preset has lost its normalization');
  const grouped = 'grouped-checkpoint.pth';
  const changed: [string, Parameters<typeof importWeights>[1]][] = [
    [grouped, { preset: { ...presets.caffe.net, lrn: { ...lrn, bias: 2 } } }],
    [grouped, { preset: { ...presets.caffe.net, lrn: { ...lrn, alpha: 1e-4 } } }],
    [grouped, { preset: { ...presets.caffe.net, convs: convs.map((c) => ({ ...c, steps: c.steps.filter((s) => s !== 'lrn') })) } }], // biome-ignore format: one line
    [grouped, { preset: 'caffe', channelOrder: 'BGR' }],
    ['bvlc.caffemodel', { channelOrder: 'RGB' }],
    ['caffenet-v1.caffemodel', { preset: 'caffe' }], // normalization before pooling
    ['original2012.safetensors', { preset: 'paper' }],
  ];
  for (const [name, options] of changed) {
    const { model } = await importWeights(fixture(name), options);
    expect(errorOf(logitsOfFixture(model, name), name), `${name} ${JSON.stringify(options)}`).toBeGreaterThan(
      1e-3,
    );
    model.dispose();
  }
});

test("Caffe's net, constants and preprocessing come from its file", async () => {
  const { net, preprocessing, model } = await importWeights(fixture('bvlc.caffemodel'));
  expect(net.lrn).toEqual(presets.caffe.net.lrn);
  expect(
    net.convs.map(({ steps, groups, strides, padding }) => ({ steps, groups, strides, padding })),
  ).toEqual(
    presets.caffe.net.convs.map(({ steps, groups, strides, padding }) => ({
      steps,
      groups,
      strides,
      padding,
    })),
  );
  expect(net.dropout).toEqual(presets.caffe.net.dropout);
  expect(net.imageSize).toBe(227);
  expect(preprocessing).toEqual({ mean: [123, 117, 104], std: [1, 1, 1] });
  model.dispose();
  const older = await importWeights(fixture('caffenet-v1.caffemodel'));
  expect(older.net.convs[0]?.steps).toEqual(['activation', 'pool', 'lrn']);
  expect(older.preprocessing).toEqual({ mean: [122.679, 116.669, 104.007], std: [1, 1, 1] });
  expect(older.assumedMean).toBe('it has no mean values');
  older.model.dispose();
});

test('a mean file of Caffe is named, and its means are said to be assumed unless they are given', async () => {
  const transform = new Uint8Array([0x22, 5, ...new TextEncoder().encode('m.bin')]); // mean_file
  const data = [0x0a, 1, 100, 0x12, 4, ...new TextEncoder().encode('Data'), 0xa2, 6, transform.length];
  const layer = [0xa2, 6, data.length + transform.length, ...data, ...transform];
  const file = new Uint8Array([...fixture('bvlc.caffemodel'), ...layer]);
  const { model, preprocessing, assumedMean } = await importWeights(file);
  expect(preprocessing?.mean).toEqual([122.679, 116.669, 104.007]);
  expect(assumedMean).toBe("its mean file 'm.bin' is not part of it");
  model.dispose();
  const given = await importWeights(file, { preprocessing: { mean: [1, 2, 3], std: [1, 1, 1] } });
  expect(given).not.toHaveProperty('assumedMean');
  given.model.dispose();
});

test("torchvision's file needs no preset, and its preprocessing is torchvision's", async () => {
  const { net, preprocessing, format, model } = await importWeights(fixture('torchvision.pth'));
  expect(format).toBe('pytorch');
  expect(net.convs.map(({ steps }) => steps)).toEqual(
    presets.torchvision.net.convs.map(({ steps }) => steps),
  );
  expect(preprocessing).toEqual({ mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] });
  model.dispose();
});

test("a model of alexnet('paper') survives .safetensors, and needs no preset", async () => {
  const built = alexnet('paper', { width: 1 / 16, classes: 7, activation: 'tanh', imageSize: 96, seed: 4 });
  const preprocessing = { mean: [1, 2, 3], std: [4, 5, 6] } as const;
  const { model, net, ...rest } = await importWeights(
    await exportWeights(built, { format: 'safetensors', preprocessing }),
  );
  expect(rest).toEqual({ format: 'safetensors', preprocessing });
  expect(net).toMatchObject({ imageSize: 96, activation: 'tanh', towers: 2, lrn: presets.paper.net.lrn });
  const own = built.getWeights().map((weight) => weight.dataSync());
  expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(own);
  expect(model.layers.map((layer) => layer.getConfig().name)).toEqual(
    built.layers.map((layer) => layer.name),
  );
  built.dispose();
  model.dispose();
});

test('no kernel is drawn on import, and a saved model names the distributions of a new one', async () => {
  const small = { width: 1 / 16, classes: 5, imageSize: 64 };
  const draw = vi.spyOn(Object.getPrototypeOf(tfl.initializers.randomNormal({ seed: 1 })), 'apply');
  const built = alexnet('paper', { ...small, seed: 0 });
  expect(draw).toHaveBeenCalledTimes(15); // two towers of seven layers, and fc8
  const file = await exportWeights(built, { format: 'safetensors' });
  draw.mockClear();
  const { model } = await importWeights(file);
  expect(draw).not.toHaveBeenCalled();
  vi.restoreAllMocks();
  expect(model.layers.map((layer) => layer.getConfig())).toEqual(
    built.layers.map((layer) => layer.getConfig()),
  );
  built.dispose();
  model.dispose();
});

test.each([
  ['grouped-checkpoint.pth', {}, 'it does not say which net its weights belong to; set preset'],
  ['grouped-checkpoint.pth', { preset: 'torchvision' }, "has kernels that read"],
  ['paper.safetensors', { preset: 'paperConv6' }, 'it has 5 convolutions and 3 dense layers, but the net has 6 and 3'],
  ['paper.safetensors', { preset: 'paper', imageSize: 300 }, "'classifier.0' reads 144 values"],
  ['paper.safetensors', { preset: 'paper', imageSize: 20 }, 'imageSize must be at least 64 for this net, got 20'],
  ['paper.safetensors', { preset: 'paper', imageSize: 224.5 }, 'imageSize must be a whole number >= 1, got 224.5'],
  ['paper.safetensors', { preset: 'paper', preprocessing: { mean: [1, 2], std: [1, 1, 1] } }, 'preprocessing.mean'],
  ['paper.safetensors', { preset: 'paper', preprocessing: { mean: [1, 2, 3], std: [1, Number.NaN, 1] } }, 'preprocessing.std'],
  ['paper.safetensors', { preset: 'paper', preprocessing: { mean: [1, 2, 3], std: [1, 0, 1] } }, 'preprocessing.std'],
  ['bvlc.caffemodel', { imageSize: 231 }, 'its pooling 3 / 2 does not divide maps of 56 x 56 evenly at 231 px'],
] as [string, object, string][])('%s with %j is refused: %s', async (name, options, message) => {
  const error = await importWeights(fixture(name), { name, ...options }).catch((caught: Error) => caught);
  expect((error as Error).message).toContain(`${name}: `);
  expect((error as Error).message).toContain(message);
}); // biome-ignore format: a table

test('what is not a weight file, an unknown option and an unknown preset are refused', async () => {
  for (const [file, options, message] of [
    ['alexnet.pth', {}, "weights: weights must be a Uint8Array or ModelArtifacts, got 'alexnet.pth'."],
    [null, {}, 'weights: weights must be a Uint8Array or ModelArtifacts, got null.'],
    [[1, 2], {}, 'weights: weights must be a Uint8Array or ModelArtifacts, got [1, 2].'],
    [new ArrayBuffer(9), {}, 'weights: weights must be a Uint8Array or ModelArtifacts, got an ArrayBuffer.'], // biome-ignore format: one line
    [new Uint8Array(9), { size: 1 }, "options must be among name, preset, imageSize, channelOrder, preprocessing, classes, classNames, key (importWeights), got 'size'."], // biome-ignore format: one line
  ] as const) {
    await expect(importWeights(file as never, options as never)).rejects.toThrow(message);
  }
  await expect(importWeights(fixture('torchvision.pth'), { preset: 'alexnet' as 'paper' })).rejects.toThrow(
    /^preset must be one of paper, .* \(importWeights\), got 'alexnet'\.$/,
  );
});
