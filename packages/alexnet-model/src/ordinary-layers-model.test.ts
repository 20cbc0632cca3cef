import { type BackendName, useBackend } from '@alexnet/backends';
import { registerLayers } from '@alexnet/layers';
import { expectAllClose, randomImage } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { alexnet, type PresetName } from './index.js';

const side = 64;
const images = 2;
const net = (preset: PresetName = 'paper', classes = 5): tfl.LayersModel =>
  alexnet(preset, { width: 1 / 16, imageSize: preset === 'caffe' ? 67 : side, classes, seed: 3 });

function imagesFor(model: tfl.LayersModel): tf.Tensor4D {
  const size = model.inputs[0]?.shape[1] ?? side;
  const { data, shape } = randomImage([images, size, size, 3], 1, 60);
  return tf.tensor4d(Float32Array.from(data), shape);
}
const oneHot = (classes: number): tf.Tensor =>
  tf.tidy(() =>
    tf.cast(
      tf.oneHot(
        tf.tidy(() => tf.range(0, images, 1, 'int32')),
        classes,
      ),
      'float32',
    ),
  );

/** The values of a result; disposes of it. */
async function read(result: unknown): Promise<number[]> {
  const tensor = result as tf.Tensor;
  const values = Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

async function weightsOf(model: tfl.LayersModel, layer: string): Promise<number[]> {
  const [kernel] = model.getLayer(layer).getWeights() as [tf.Tensor];
  return Array.from(await kernel.data());
}

async function saveAndLoad(model: tfl.LayersModel): Promise<tfl.LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  const keep = tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(keep, { includeOptimizer: false });
  return tfl.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
}

async function useOrSkip(name: BackendName, context: TestContext): Promise<void> {
  try {
    await useBackend(name);
  } catch (error) {
    context.skip((error as Error).message);
  }
}

/** The loss of the trained model on the first backend. */
let onFirst: number | undefined;

describe.for<BackendName>(['cpu', 'onednn', 'wasm', 'webgpu'])('an AlexNet on %s', (backend) => {
  let before = 0;
  beforeEach(async (context) => {
    await useOrSkip(backend, context);
    registerLayers();
    before = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).toBe(before));

  test('predicts the same probabilities twice, and drops units only in training', async () => {
    const model = net();
    const xs = imagesFor(model);
    const first = await read(model.predict(xs));
    expect(await read(model.predictOnBatch(xs))).toEqual(first);
    const one = tf.slice(xs, 0, 1); // one row of a dense layer is another kernel on some backends
    expectAllClose(await read(model.predict(one)), first.slice(0, 5), 1e-5);
    for (let i = 0; i < images; i++) {
      const row = first.slice(5 * i, 5 * i + 5);
      expect(row.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
    }
    const outputs = ['fc6', 'drop6'].map((name) => model.getLayer(name).output as tfl.SymbolicTensor);
    const both = tfl.model({ inputs: model.inputs, outputs });
    const drop6 = tfl.model({ inputs: model.inputs, outputs: outputs.slice(1) });
    const [activities, halved] = await Promise.all((both.predict(xs) as tf.Tensor[]).map(read)) as [number[], number[]];
    expectAllClose(halved, activities.map((v) => v / 2), 1e-6);
    const dropped = await read(tf.tidy(() => drop6.apply(xs, { training: true }) as tf.Tensor));
    const alive = activities.flatMap((v, i) => (v > 1e-3 ? [dropped[i] === 0 ? 0 : 1] : []));
    expect(new Set(alive)).toEqual(new Set([0, 1]));
    expectAllClose(dropped, activities.map((v, i) => (dropped[i] === 0 ? 0 : v)), 1e-5); // unscaled masks
    tf.dispose([xs, one]);
    model.dispose();
  }); // biome-ignore format: fewer lines

  test('is compiled, fitted and evaluated with tfjs’s own optimizer and loss', async () => {
    const model = net();
    const [xs, ys] = [imagesFor(model), oneHot(5)];
    const optimizer = tf.train.sgd(0.05);
    model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const loss = async (): Promise<number> => {
      const [value, accuracy] = model.evaluate(xs, ys) as tf.Scalar[];
      accuracy?.dispose();
      return (await read(value))[0] as number;
    };
    const untrained = await loss();
    const { history } = await model.fit(xs, ys, { epochs: 1, shuffle: false, verbose: 0 });
    const kept = tf.memory().numTensors;
    await model.fit(xs, ys, { epochs: 1, shuffle: false, verbose: 0 });
    expect(tf.memory().numTensors).toBe(kept);
    expect(history.loss).toHaveLength(1);
    const trained = await loss();
    expect(trained).toBeLessThan(0.95 * untrained);
    onFirst ??= trained;
    expectAllClose([trained], [onFirst], 1e-4); // masks of the same seed on every backend
    tf.dispose([xs, ys]);
    optimizer.dispose();
    model.dispose();
  });

  test.for<PresetName>(['paper', 'original2012', 'caffe'])(
    'of preset %s comes back from its saved form with the same answers',
    async (preset) => {
      const model = net(preset);
      const loaded = await saveAndLoad(model);
      const xs = imagesFor(model);
      expect(await read(loaded.predict(xs))).toEqual(await read(model.predict(xs)));
      expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
      expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(model.layers.map((layer) => layer.getConfig()));
      tf.dispose(xs);
      model.dispose();
      loaded.dispose();
    }, // biome-ignore format: fewer lines
  );

  test('keeps frozen weights, and learns a new fc8 for a different number of classes', async () => {
    const trained = net('paper', 7);
    for (const layer of trained.layers) layer.trainable = !layer.name.startsWith('conv');
    const fc8 = tfl.layers.dense({ name: 'fc8', units: 3 });
    const softmax = tfl.layers.activation({ activation: 'softmax' });
    const features = trained.getLayer('drop7').output as tfl.SymbolicTensor;
    const model = tfl.model({
      inputs: trained.inputs,
      outputs: softmax.apply(fc8.apply(features)) as tfl.SymbolicTensor,
    });
    expect(model.outputs[0]?.shape).toEqual([null, 3]);
    const optimizer = tf.train.sgd(0.01);
    model.compile({ optimizer, loss: 'categoricalCrossentropy' });
    const layers = ['conv1a', 'conv5b', 'fc6a', 'fc8'];
    const weightsBefore = await Promise.all(layers.map((layer) => weightsOf(model, layer)));
    const [xs, ys] = [imagesFor(model), oneHot(3)];
    await model.fit(xs, ys, { epochs: 1, verbose: 0 });
    const moved = await Promise.all(
      layers.map(async (layer, i) => (await weightsOf(model, layer)).join() !== weightsBefore[i]?.join()),
    );
    expect(moved).toEqual([false, false, true, true]);
    tf.dispose([xs, ys]);
    optimizer.dispose();
    model.dispose();
    trained.getLayer('fc8').dispose(); // the fc8 that was replaced
  });
});

test('returns the activities of any layer by its name, in the shape that the layer declares', async () => {
  await useBackend('cpu');
  const model = net('original2012');
  const xs = imagesFor(model);
  const outputs = model.layers.map((layer) => layer.output as tfl.SymbolicTensor);
  const all = tfl.model({ inputs: model.inputs, outputs }).predict(xs) as tf.Tensor[];
  expect(all.map(({ shape }) => [null, ...shape.slice(1)])).toEqual(outputs.map(({ shape }) => shape));
  for (const name of ['conv1a', 'pool2b', 'join5', 'fc7', 'softmax']) {
    const one = tfl.model({
      inputs: model.inputs,
      outputs: model.getLayer(name).output as tfl.SymbolicTensor,
    });
    const there = all[model.layers.findIndex((layer) => layer.name === name)] as tf.Tensor;
    expect(await read(one.predict(xs))).toEqual(Array.from(there.dataSync()));
  }
  expect(() => model.getLayer('fc9')).toThrow('No such layer: fc9');
  tf.dispose([xs, all]);
  model.dispose();
});

test('prints a summary with every layer and the number of its parameters', async () => {
  await useBackend('cpu');
  const model = net();
  const lines: string[] = [];
  model.summary(100, undefined, (line) => lines.push(String(line)));
  for (const { name } of model.layers) expect(lines.some((line) => line.includes(`${name} (`))).toBe(true);
  expect(lines).toContain(`Total params: ${model.countParams()}`);
  model.dispose();
});
