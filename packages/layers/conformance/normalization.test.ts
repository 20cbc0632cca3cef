import { expectAllClose, readVectors, type StoredArray, type Vectors } from '@alexnet/testing';
import { testOnBackends } from '@alexnet/testing/on-backends';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as layers from '../src/index.js';
import { layerValuesAndGradients, valuesAndGradients } from './values-and-gradients.js';

interface Case {
  size: number;
  k: number;
  alpha: number;
  beta: number;
  x: StoredArray;
  dy: StoredArray;
  y: StoredArray;
  dx: StoredArray;
}
type AcrossChannels = Case & { convention: string; alphaIsDividedBySize: boolean; groups: number };
type WithinChannel = Case & { alphaIsDividedBySizeSquared: boolean };

const across = readVectors<Vectors<AcrossChannels>>('lrn');
const within = readVectors<Vectors<WithinChannel>>('same-map-normalization');

/**
 * The constants of a case in this project's terms: half the window, and an alpha that multiplies the plain
 * sum.
 */
const lrnOptions = (c: AcrossChannels): Required<layers.LrnOptions> => ({
  depthRadius: (c.size - 1) / 2,
  bias: c.k,
  alpha: c.alphaIsDividedBySize ? c.alpha / c.size : c.alpha,
  beta: c.beta,
});
const sameMapOptions = (c: WithinChannel): Required<layers.SameMapNormalizationOptions> => ({
  size: c.size,
  bias: c.k,
  alpha: c.alphaIsDividedBySizeSquared ? c.alpha / c.size ** 2 : c.alpha,
  beta: c.beta,
});

function expectCase([y, dx]: Float32Array[], expected: Case, tolerance: number): void {
  expectAllClose(y as Float32Array, expected.y.data as number[], tolerance);
  expectAllClose(dx as Float32Array, expected.dx.data as number[], tolerance);
}

describe.each(across.cases)('lrn: $name', (c) => {
  const options = lrnOptions(c);

  testOnBackends('localResponseNormalization', async () => {
    const normalize = (x: tf.Tensor): tf.Tensor =>
      layers.localResponseNormalization(x as tf.Tensor4D, options);
    const inGroups = (x: tf.Tensor): tf.Tensor => tf.concat(tf.split(x, c.groups, 3).map(normalize), 3);
    expectCase(
      await valuesAndGradients(c.groups === 1 ? normalize : inGroups, [c.x], c.dy),
      c,
      across.tolerance,
    );
  });

  if (c.groups > 1) return; // the layer does not support groups, since each tower has its own layer
  testOnBackends('LocalResponseNormalization', async () => {
    const layer = new layers.LocalResponseNormalization(options);
    expectCase(await layerValuesAndGradients(layer, c.x, c.dy), c, across.tolerance);
  });
});

test.each(Object.entries(layers.lrnConventions))(
  'lrnConventions.%s are the constants of the vectors',
  (name, options) => {
    const stored = across.cases.filter(({ convention }) => convention === name);
    expect(stored.length).toBeGreaterThan(0);
    for (const c of stored) expect(lrnOptions(c)).toEqual(options);
  },
);

describe.each(within.cases)('same-map normalization: $name', (c) => {
  testOnBackends('sameMapNormalization', async () => {
    const normalize = (x: tf.Tensor): tf.Tensor =>
      layers.sameMapNormalization(x as tf.Tensor4D, sameMapOptions(c));
    expectCase(await valuesAndGradients(normalize, [c.x], c.dy), c, within.tolerance);
  });

  testOnBackends('SameMapNormalization by default', async () => {
    const layer = new layers.SameMapNormalization();
    expectCase(await layerValuesAndGradients(layer, c.x, c.dy), c, within.tolerance);
  });
});
