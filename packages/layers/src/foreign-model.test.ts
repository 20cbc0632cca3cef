import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as layers from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  layers.registerLayers();
});
let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterAll(() => tf.disposeVariables());

const makers: [string, (args: object) => tfl.layers.Layer, (number | null)[]][] = [
  ['LocalResponseNormalization', (args) => new layers.LocalResponseNormalization(args), [null, 9, 8, 4]],
  ['SameMapNormalization', (args) => new layers.SameMapNormalization(args), [null, 9, 8, 4]],
  ['OverlappingMaxPooling2D', (args) => new layers.OverlappingMaxPooling2D(args), [null, 4, 3, 4]],
  ['AlexNetDropout', (args) => new layers.AlexNetDropout(args), [null, 9, 8, 4]],
  ['GroupedConv2D', (args) => new layers.GroupedConv2D({ filters: 6, kernelSize: 3, groups: 2, ...args }), [null, 7, 6, 6]],
  ['LocallyConnected2D', (args) => new layers.LocallyConnected2D({ filters: 6, kernelSize: 3, ...args }), [null, 7, 6, 6]],
]; // biome-ignore format: a table

describe.each(makers)('%s', (className, make, outputShape) => {
  test('can be the first layer of a sequential model, and declares its output shape before it runs', () => {
    const model = tfl.sequential({ layers: [make({ name: 'first', inputShape: [9, 8, 4] })] });
    expect(model.outputs[0]?.shape).toEqual(outputShape);
    expect(model.layers[0]?.computeOutputShape([2, 9, 8, 4])).toEqual([2, ...outputShape.slice(1)]);
    const shape = tf.tidy(() => (model.predict(tf.ones([2, 9, 8, 4])) as tf.Tensor).shape);
    expect(shape).toEqual([2, ...outputShape.slice(1)]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  // its weights depend on the size
  if (className !== 'LocallyConnected2D')
    test('accepts images of any size if the model leaves the size open', () => {
      const input = tfl.input({ shape: [null, null, 4] });
      const output = make({}).apply(input) as tfl.SymbolicTensor;
      expect(output.shape).toEqual([null, null, null, outputShape[3]]);
      const model = tfl.model({ inputs: input, outputs: output });
      const shapes = tf.tidy(() =>
        [9, 12].map((side) => (model.predict(tf.ones([1, side, side, 4])) as tf.Tensor).shape[1]),
      );
      expect(shapes[1]).toBeGreaterThan(shapes[0] as number);
      model.dispose();
    });

  test('is rebuilt from its configuration with the same options, name and trainable flag', () => {
    const layer = make({ name: 'mine', trainable: false });
    const Class = layer.constructor as unknown as {
      className: string;
      fromConfig(cls: unknown, config: tf.serialization.ConfigDict): tfl.layers.Layer;
    };
    expect(Class.className).toBe(className);
    const again = Class.fromConfig(Class, layer.getConfig());
    expect(again.getConfig()).toEqual(layer.getConfig());
    expect([again.name, again.trainable, again.getClassName()]).toEqual(['mine', false, className]);
  });

  test('can be applied to two inputs in turn, but not to both at once', () => {
    const layer = make({});
    const inputs = [0, 1].map(() => tfl.input({ shape: [9, 8, 4] }));
    const outputs = inputs.map((input) => layer.apply(input) as tfl.SymbolicTensor);
    const model = tfl.model({ inputs, outputs });
    const [a, b] = tf.tidy(() => {
      const x = tf.sin(tf.reshape(tf.range(0, 288), [1, 9, 8, 4]));
      return (model.predict([x, x]) as tf.Tensor[]).map((y) => Array.from(y.dataSync()));
    }) as unknown as number[][];
    expect(a).toEqual(b);
    expect(() => layer.apply(inputs)).toThrow('expects 1 input');
    model.dispose();
  });
});

test('AlexNetDropout passes on the mask of an embedding, as dropout of tfjs does', () => {
  const model = tfl.sequential();
  model.add(tfl.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputLength: 4 }));
  model.add(new layers.AlexNetDropout());
  model.add(tfl.layers.simpleRNN({ units: 2, recurrentInitializer: 'ones' }));
  const says = (words: number[]): number[] =>
    Array.from(tf.tidy(() => (model.predict(tf.tensor2d([words])) as tf.Tensor).dataSync()));
  const embedding = model.layers[0] as tfl.layers.Layer;
  const first = says([1, 2, 0, 0]);
  embedding.setWeights([
    tf.tidy(() => tf.add(embedding.getWeights()[0] as tf.Tensor, tf.tensor2d([9, 0, 0, 0, 0], [5, 1]))),
  ]);
  expect(says([1, 2, 0, 0])).toEqual(first); // word 0 is masked, so its embedding does not matter
  model.dispose();
});

test('a frozen GroupedConv2D keeps its weights; a regularizer shrinks them and is saved', async () => {
  const model = tfl.sequential();
  const common = { filters: 4, kernelSize: 3, groups: 2 };
  model.add(new layers.GroupedConv2D({ ...common, name: 'frozen', trainable: false, inputShape: [8, 8, 4] }));
  model.add(
    new layers.GroupedConv2D({
      ...common,
      name: 'shrinks',
      kernelRegularizer: tfl.regularizers.l2({ l2: 1 }),
    }),
  );
  model.add(tfl.layers.flatten());
  const norm = (name: string): number =>
    tf.tidy(() => tf.norm(model.getLayer(name).getWeights()[0] as tf.Tensor).dataSync()[0]) as number;
  const norms = [norm('frozen'), norm('shrinks')];
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  const [xs, ys] = [tf.zeros([2, 8, 8, 4]), tf.zeros([2, 64])]; // the regularizer's is the only gradient
  await model.fit(xs, ys, { epochs: 2, verbose: 0 });
  expect(norm('frozen')).toBe(norms[0]);
  expect(norm('shrinks')).toBeCloseTo((norms[1] as number) * 0.8 ** 2, 4); // w <- w - .1 * 2 w
  const config = model.getLayer('shrinks').getConfig();
  expect(config.kernelRegularizer).toMatchObject({ className: 'L1L2', config: { l2: 1 } });
  tf.dispose([xs, ys]);
  model.dispose();
});
