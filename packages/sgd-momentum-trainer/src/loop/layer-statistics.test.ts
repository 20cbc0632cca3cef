import '@tensorflow/tfjs-backend-cpu';
import { AlexNetDropout, OverlappingMaxPooling2D } from '@alexnet/layers';
import { testOnBackends } from '@alexnet/testing/on-backends';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { firstNonFinite, type LayerStatistics, layerStatistics, SgdMomentum } from '../index.js';

const names = ['conv1', 'pool1', 'flat', 'fc2', 'drop2', 'fc3', 'softmax'];

/**
 * A convolution with 4 filters, the last one dead, and two dense layers; two towers would add nothing to
 * test.
 */
function makeModel(): { model: tfl.LayersModel; dropout: AlexNetDropout } {
  const dropout = new AlexNetDropout({ name: 'drop2' });
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ name: 'conv1', filters: 4, kernelSize: 3, activation: 'relu', inputShape: [9, 9, 3], kernelInitializer: tfl.initializers.glorotUniform({ seed: 1 }) }), // biome-ignore format: one line
      new OverlappingMaxPooling2D({ name: 'pool1' }),
      tfl.layers.flatten({ name: 'flat' }),
      tfl.layers.dense({ name: 'fc2', units: 6, kernelInitializer: tfl.initializers.glorotUniform({ seed: 2 }) }), // biome-ignore format: one line
      dropout,
      tfl.layers.dense({ name: 'fc3', units: 2, useBias: false, kernelInitializer: tfl.initializers.glorotUniform({ seed: 3 }) }), // biome-ignore format: one line
      tfl.layers.softmax({ name: 'softmax' }),
    ],
  });
  tf.tidy(() => model.getLayer('conv1').setWeights([model.getLayer('conv1').getWeights()[0] as tf.Tensor, tf.tensor1d([0.1, 0, -0.1, -100])])); // biome-ignore format: one line
  return { model, dropout };
}

const images = (): tf.Tensor4D =>
  tf.tidy(() => tf.reshape(tf.mul(tf.sin(tf.range(0, 5 * 9 * 9 * 3)), 3), [5, 9, 9, 3]));

const variableOf = (weight: tfl.LayerVariable | undefined): tf.Variable => weight?.read() as tf.Variable;
const assign = (weight: tfl.LayerVariable | undefined, value: () => tf.Tensor): void =>
  tf.tidy(() => variableOf(weight).assign(value()));

/** One step with gradients of about the size of the weights. */
function step(model: tfl.LayersModel, optimizer: SgdMomentum): void {
  tf.tidy(() => {
    const gradients = model.trainableWeights.map((weight) => [
      variableOf(weight).name,
      tf.cos(tf.mul(weight.read(), 9)),
    ]);
    optimizer.applyGradients(Object.fromEntries(gradients));
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const rms = (values: ArrayLike<number>): number => Math.sqrt(meanOf(Array.from(values, (x) => x * x)));

/** The same statistics in float64, from the predictions of a model that ends in each layer. */
async function oracle(model: tfl.LayersModel, optimizer: SgdMomentum): Promise<LayerStatistics[]> {
  const xs = images();
  const layers: LayerStatistics[] = [];
  for (const layer of model.layers) {
    const part = tfl.model({ inputs: model.inputs, outputs: layer.output });
    const output = part.predict(xs) as tf.Tensor;
    const values = [...(await output.data())];
    const units = output.shape.at(-1) as number;
    output.dispose();
    const mean = meanOf(values);
    const isDead = (unit: number): boolean => values.every((x, i) => i % units !== unit || x === 0);
    const weights: LayerStatistics['weights'] = [];
    for (const variable of layer.weights) {
      const weight = rms(await variable.read().data());
      const update = rms((await optimizer.velocityOf(variableOf(variable).name)?.data()) ?? [0]);
      weights.push({ name: variable.originalName, weight, update, ratio: update / weight, nonFinite: 0 });
    }
    layers.push({
      name: layer.name,
      activations: {
        mean,
        standardDeviation: Math.sqrt(meanOf(values.map((x) => (x - mean) ** 2))),
        zeros: values.filter((x) => x === 0).length / values.length,
        deadUnits: Array.from({ length: units }, (_, unit) => isDead(unit)).filter(Boolean).length / units,
        largest: Math.max(...values.map(Math.abs)),
        nonFinite: 0,
      },
      weights,
    });
  }
  xs.dispose();
  return layers;
}

/** Expects every number to be close to the oracle's, and every name the same. */
function expectStatistics(actual: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected), path).toBeLessThanOrEqual(1e-4 * Math.abs(expected) + 1e-7); // biome-ignore format: one line
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).sort(), path).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      expectStatistics((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  } else expect(actual, path).toBe(expected);
}

/** Runs a test with a model that has taken a step, and disposes everything. */
function onStepped(
  body: (stepped: { model: tfl.LayersModel; dropout: AlexNetDropout; optimizer: SgdMomentum; xs: tf.Tensor }) => Promise<void>, // biome-ignore format: one line
): () => Promise<void> {
  return async () => {
    const { model, dropout } = makeModel();
    const optimizer = new SgdMomentum({ learningRate: 0.1 });
    const xs = images();
    step(model, optimizer);
    try {
      await body({ model, dropout, optimizer, xs });
    } finally {
      xs.dispose();
      optimizer.dispose();
      model.dispose();
    }
  };
}

testOnBackends(
  'the statistics of every layer agree with a plain loop, and nothing changes',
  onStepped(async ({ model, dropout, optimizer, xs }) => {
    dropout.randomState = 7;
    const measured = await layerStatistics(model, optimizer, xs);
    expectStatistics(measured, await oracle(model, optimizer));
    expect(measured.map(({ name }) => name)).toEqual(names);
    expect(measured[0]?.activations.deadUnits).toBe(0.25);
    expect(measured[0]?.activations.zeros).toBeGreaterThan(0.25);
    expect(measured.map(({ weights }) => weights.length)).toEqual([2, 0, 0, 2, 0, 1, 0]);
    expect(dropout.randomState).toBe(7);
    expect(await firstNonFinite(model, xs)).toBeUndefined();
    expect(dropout.randomState).toBe(7);
    await xs.data(); // still there
  }),
);

testOnBackends(
  'weights of a stopped layer have no update, whatever their velocity',
  onStepped(async ({ model, optimizer, xs }) => {
    optimizer.learningRate = { default: 0.1, layers: { fc3: 0 } };
    const layers = await layerStatistics(model, optimizer, xs);
    expect(layers.at(-2)?.weights[0]).toMatchObject({ update: 0, ratio: 0 });
    expect(layers[0]?.weights[0]?.update).toBeGreaterThan(0);
    const fresh = await layerStatistics(model, new SgdMomentum(), xs);
    expect(fresh.flatMap(({ weights }) => weights.map(({ update }) => update))).toEqual([0, 0, 0, 0, 0]);
  }),
);

testOnBackends(
  'values that are not finite are counted and excluded from the moments, and their first layer is named',
  onStepped(async ({ model, optimizer, xs }) => {
    const [kernel, bias] = model.getLayer('fc2').weights;
    const values = (await variableOf(kernel).data()).slice() as Float32Array;
    values.set([Number.NaN, Number.POSITIVE_INFINITY]);
    assign(kernel, () => tf.tensor(values, [36, 6]));
    const layers = await layerStatistics(model, optimizer, xs);
    const fc2 = layers[3];
    expect(fc2?.weights[0]?.nonFinite).toBe(2);
    expect(fc2?.weights[0]?.weight).toBeCloseTo(rms(values.filter(Number.isFinite)), 5);
    expect(fc2?.activations.nonFinite).toBe(10); // units 0 and 1 of five images
    expect(fc2?.activations.largest).toBeGreaterThan(0);
    expect(layers[0]?.activations.nonFinite).toBe(0);
    expect(layers[6]?.activations).toMatchObject({ nonFinite: 10, mean: Number.NaN, largest: Number.NaN });
    const name = 'fc2/kernel'; // also where tfjs calls the variable fc2/kernel_1, after another model's
    expect(await firstNonFinite(model, xs)).toEqual({ layer: 'fc2', what: 'weights', name });
    assign(bias, () => tf.fill([6], Number.NEGATIVE_INFINITY));
    expect(await firstNonFinite(model, xs)).toEqual({ layer: 'fc2', what: 'weights', name });
  }),
);

testOnBackends(
  'finite weights with an infinite product are told apart from images that are not finite',
  onStepped(async ({ model, optimizer, xs }) => {
    const [kernel] = model.getLayer('fc2').weights;
    assign(kernel, () => tf.fill([36, 6], 3e38));
    const found = { layer: 'fc2', what: 'activations', name: 'fc2' };
    expect(await firstNonFinite(model, xs)).toEqual(found);
    const [weight] = (await layerStatistics(model, optimizer, xs))[3]?.weights ?? [];
    expect(weight?.weight).toBeCloseTo(3e38, -34); // although its square overflows float32
    expect(weight?.nonFinite).toBe(0);
    const broken = tf.tidy(() => tf.div(tf.zerosLike(xs), 0));
    const input = model.inputs[0]?.name;
    const data = { what: 'activations', layer: input, name: input };
    expect(await firstNonFinite(model, broken)).toEqual(data);
    broken.dispose();
  }),
);
