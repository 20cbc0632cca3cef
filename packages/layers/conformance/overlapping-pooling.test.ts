import type { BackendName } from '@alexnet/backends';
import { expectAllClose, readVectors, type StoredArray, type Vectors } from '@alexnet/testing';
import { testOnBackends } from '@alexnet/testing/on-backends';
import type * as tf from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import { OverlappingMaxPooling2D, type OverlappingMaxPoolOptions, overlappingMaxPool } from '../src/index.js';
import { layerValuesAndGradients, valuesAndGradients } from './values-and-gradients.js';

interface Case {
  poolSize: number;
  strides: number;
  cutSquares: boolean;
  x: StoredArray;
  dy: StoredArray;
  y: StoredArray;
  dxFirst: StoredArray;
  dxLast: StoredArray;
}

const { cases, tolerance } = readVectors<Vectors<Case>>('overlapping-pooling');

/**
 * Which of several equal maxima gets the gradient. The kernels of tfjs for wasm and webgpu differ here from
 * those for cpu.
 */
const tieRule: Record<BackendName, 'dxFirst' | 'dxLast'> = {
  cpu: 'dxFirst',
  onednn: 'dxFirst',
  torch: 'dxFirst',
  tensorflow: 'dxFirst',
  wasm: 'dxLast',
  webgpu: 'dxLast',
};

function expectCase([y, dx]: Float32Array[], c: Case, backend: BackendName): void {
  expectAllClose(y as Float32Array, c.y.data as number[], tolerance);
  expectAllClose(dx as Float32Array, c[tieRule[backend]].data as number[], tolerance);
}

describe.each(cases)('overlapping pooling: $name', (c) => {
  const { poolSize, strides } = c;
  const options: OverlappingMaxPoolOptions = { poolSize, strides, padding: c.cutSquares ? 'same' : 'valid' };

  testOnBackends('overlappingMaxPool', async (backend) => {
    const pool = (x: tf.Tensor): tf.Tensor => overlappingMaxPool(x as tf.Tensor4D, options);
    expectCase(await valuesAndGradients(pool, [c.x], c.dy), c, backend);
  });

  testOnBackends('OverlappingMaxPooling2D', async (backend) => {
    expectCase(await layerValuesAndGradients(new OverlappingMaxPooling2D(options), c.x, c.dy), c, backend);
  });
});
