import '@tensorflow/tfjs-backend-cpu';
import { GroupedConv2D } from '@alexnet/layers';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AlexNetOverrides, alexnet, exportWeights, importWeights, type PresetName } from '../index.js';
import { expectedLogits, files, fixture, logitsOf, testImage } from './fixtures.test-data.js';
import { readSafetensors } from './safetensors/safetensors.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** What onnxruntime computes with an exported file for NHWC images. */
async function runOnnx(bytes: Uint8Array, x: tf.Tensor4D): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(bytes);
  const nchw = tf.transpose(x, [0, 3, 1, 2]);
  const image = new Tensor('float32', new Float32Array(await nchw.data()), nchw.shape);
  nchw.dispose();
  const outputs = await session.run({ image });
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

const small = { width: 1 / 16, classes: 10, seed: 5 };

describe('ONNX', () => {
  test.each<[PresetName, AlexNetOverrides]>([
    ['paper', {}],
    ['paper', { activation: 'tanh', dropout: false, imageSize: 96 }],
    ['original2012', { imageSize: 150 }],
    ['paperConv6', { imageSize: 100 }],
    ['nonOverlapping', { imageSize: 130 }],
    ['noLrn', { imageSize: 64 }],
    ['oneGpu', { imageSize: 64 }],
    ['oneWeirdTrick', { imageSize: 64 }],
    ['caffe', {}],
    ['torchvision', { imageSize: 99 }],
  ])('onnxruntime computes the same as preset %s %j', async (preset, overrides) => {
    const model = alexnet(preset, { ...small, ...overrides });
    // biases of 1 would hide the kernels, so every weight is drawn again, large enough to reach the logits
    tf.tidy(() =>
      model.setWeights(
        model.getWeights().map((weight, i) => {
          const fanIn = weight.size / (weight.shape.at(-1) ?? 1);
          return tf.randomNormal(
            weight.shape,
            0,
            weight.rank === 1 ? 0.3 : Math.sqrt(2 / fanIn),
            'float32',
            7 + i,
          );
        }),
      ),
    );
    const size = overrides.imageSize ?? model.inputs[0]?.shape[1] ?? 0;
    const x = tf.tidy(
      () => tf.concat([testImage(size, 1), tf.reverse(testImage(size, 0.5), 1)]) as tf.Tensor4D,
    );
    const outputs = await runOnnx(await exportWeights(model, { format: 'onnx' }), x);
    const logits = logitsOf(model, x);
    const probabilities = tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync());
    expect(Object.keys(outputs).sort()).toEqual(['fc8', 'softmax']);
    expectAllClose(outputs.fc8 as Float32Array, logits, 1e-4);
    expectAllClose(outputs.softmax as Float32Array, probabilities, 1e-3); // e^z magnifies the logits' error
    expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(1);
    x.dispose();
    model.dispose();
  });

  test.each(files)('onnxruntime computes the logits that PyTorch computed from %s', async (name, options) => {
    const { imageSize = 0, scale = 0, logits = [] } = expectedLogits[name] ?? {};
    const { model } = await importWeights(fixture(name), options);
    const x = testImage(imageSize, scale);
    const { fc8 } = await runOnnx(await exportWeights(model, { format: 'onnx' }), x);
    expectAllClose(fc8 as Float32Array, logits, 1e-4);
    x.dispose();
    model.dispose();
  });

  test('accepts other models of these layers, and names a layer that it does not support', async () => {
    const image = tfl.input({ shape: [13, 12, 4], name: 'image' });
    let x = new GroupedConv2D({ filters: 6, kernelSize: 3, groups: 2, padding: [[1, 0], [2, 1]], strides: [2, 1], name: 'uneven' }).apply(image) as tfl.SymbolicTensor; // biome-ignore format: one line
    x = tfl.layers.conv2d({ filters: 5, kernelSize: 4, strides: 3, padding: 'same', activation: 'relu' }).apply(x) as tfl.SymbolicTensor; // biome-ignore format: one line
    x = tfl.layers.dropout({ rate: 0.4 }).apply(tfl.layers.flatten().apply(x)) as tfl.SymbolicTensor;
    x = tfl.layers.dense({ units: 3, useBias: false, activation: 'softmax', name: 'head' }).apply(x) as tfl.SymbolicTensor; // biome-ignore format: one line
    const model = tfl.model({ inputs: image, outputs: x });
    const values = tf.randomNormal([3, 13, 12, 4], 0, 1, 'float32', 1) as tf.Tensor4D;
    const outputs = await runOnnx(await exportWeights(model, { format: 'onnx' }), values);
    expectAllClose(
      outputs.head as Float32Array,
      tf.tidy(() => (model.predict(values) as tf.Tensor).dataSync()),
    );
    values.dispose();
    model.dispose();

    const other = tfl.sequential({
      layers: [tfl.layers.batchNormalization({ inputShape: [4], name: 'norm' })],
    });
    await expect(exportWeights(other, { format: 'onnx' })).rejects.toThrow(
      "layer 'norm' is a BatchNormalization",
    );
    await expect(exportWeights(other, { format: 'safetensors' })).rejects.toThrow(
      /^model must come from alexnet/,
    );
    await expect(
      exportWeights(other, { format: 'tfjs', preprocessing: { mean: [1, 2, 3], std: [1, 1, 1] } }),
    ).rejects.toThrow(/^model must come from alexnet\(\) or importWeights\(\) \(exportWeights\), got '/);
    for (const [model, options, message] of [
      [null, { format: 'onnx' }, 'model must be a LayersModel (exportWeights), got null.'],
      [other, undefined, 'options must be an object (exportWeights), got undefined.'],
      [other, { format: 'onnx', opset: 9 }, "options must be among format, preprocessing, classes, classNames (exportWeights), got 'opset'."], // biome-ignore format: one line
    ] as const) {
      await expect(exportWeights(model as never, options as never)).rejects.toThrow(message);
    }
    await expect(exportWeights(other, { format: 'pth' as 'onnx' })).rejects.toThrow(
      "format must be 'onnx', 'safetensors' or 'tfjs' (exportWeights), got 'pth'.",
    );
    other.dispose();
  });
});

describe('safetensors', () => {
  // PyTorch loaded the fixture to compute its logits, so it can load the same tensors again
  test.each(files.filter(([name]) => name.endsWith('.safetensors')))(
    'the tensors of %s have the names, shapes and bits that PyTorch wrote',
    async (name, options) => {
      const { model } = await importWeights(fixture(name), options);
      const exported = readSafetensors(await exportWeights(model, { format: 'safetensors' }));
      const original = readSafetensors(fixture(name));
      const contents = async ({ tensors }: typeof original): Promise<unknown[]> =>
        Promise.all(
          Array.from(tensors.values(), (tensor) => tensor())
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .map(async ({ name: tensor, shape, values }) => [tensor, shape, await values()]),
        );
      expect(await contents(exported)).toEqual(await contents(original));
      expect(exported.metadata.format).toBe('pt');
      model.dispose();
    },
  );

  test("torchvision's names and shapes", async () => {
    const model = alexnet('torchvision', { width: 1 / 16 });
    const { tensors } = readSafetensors(await exportWeights(model, { format: 'safetensors' }));
    expect([...tensors.keys()]).toEqual(
      ['features.0', 'features.3', 'features.6', 'features.8', 'features.10', 'classifier.1', 'classifier.4', 'classifier.6'] // biome-ignore format: one line
        .flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]),
    );
    expect(tensors.get('features.0.weight')?.().shape).toEqual([4, 3, 11, 11]);
    model.dispose();
  });
});

test('tfjs artifacts keep the description and the given preprocessing', async () => {
  const model = alexnet('noLrn', { ...small, imageSize: 64 });
  const preprocessing = { mean: [9, 8, 7], std: [2, 2, 2] } as const;
  const artifacts = await exportWeights(model, { format: 'tfjs', preprocessing });
  expect(artifacts.userDefinedMetadata).toMatchObject({ alexnet: { preprocessing, net: { imageSize: 64 } } });
  model.dispose();
});
