import { expectAllClose, readVectors, type StoredArray, type Vectors } from '@alexnet/testing';
import type * as tf from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import { OverlappingMaxPooling2D, type OverlappingMaxPoolOptions, overlappingMaxPool } from '../src/index.js';
import { testOnBackends } from './on-backends.js';
import { layerValuesAndGradients, valuesAndGradients } from './values-and-gradients.js';

interface Case {
  poolSize: number;
  strides: number;
  cutSquares: boolean;
  x: StoredArray;
  dy: StoredArray;
  y: StoredArray;
  dxFirst: StoredArray;
  dxAll: StoredArray;
}

const { cases, tolerance } = readVectors<Vectors<Case>>('overlapping-pooling');

/** tfjs's rule: a tied gradient goes to the first of the greatest values, in row-major order. */
function expectCase([y, dx]: Float32Array[], c: Case): void {
  expectAllClose(y as Float32Array, c.y.data as number[], tolerance);
  expectAllClose(dx as Float32Array, c.dxFirst.data as number[], tolerance);
}

describe.each(cases)('overlapping pooling: $name', (c) => {
  const { poolSize, strides } = c;
  const options: OverlappingMaxPoolOptions = { poolSize, strides, padding: c.cutSquares ? 'same' : 'valid' };

  testOnBackends('overlappingMaxPool', async () => {
    const pool = (x: tf.Tensor): tf.Tensor => overlappingMaxPool(x as tf.Tensor4D, options);
    expectCase(await valuesAndGradients(pool, [c.x], c.dy), c);
  });

  testOnBackends('OverlappingMaxPooling2D', async () => {
    expectCase(await layerValuesAndGradients(new OverlappingMaxPooling2D(options), c.x, c.dy), c);
  });
});
