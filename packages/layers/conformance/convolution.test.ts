import { expectAllClose, readVectors, type StoredArray, type Vectors } from '@alexnet/testing';
import { testOnBackends } from '@alexnet/testing/on-backends';
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { GroupedConv2D, type GroupedConv2dOptions, groupedConv2d, type Padding2D } from '../src/index.js';
import { layerValuesAndGradients, valuesAndGradients } from './values-and-gradients.js';

interface Case {
  strides: number;
  padding: Exclude<Padding2D, string>;
  groups: number;
  x: StoredArray;
  filter: StoredArray;
  bias: StoredArray;
  dy: StoredArray;
  y: StoredArray;
  /**
   * The gradient with respect to x: the whole of it, or some slices (each with its `begin` and shape) and its
   * sum.
   */
  dx?: StoredArray;
  dxSlices?: (StoredArray & { begin: number[] })[];
  dxSum?: number;
  dFilter: StoredArray;
  dBias: StoredArray;
}

const files = ['convolution', 'grouped-convolution'].map((name) => readVectors<Vectors<Case>>(name));
const cases = files.flatMap(({ cases, tolerance }) => cases.map((c) => ({ ...c, tolerance })));

/** The values of a slice of an array, row-major. */
function slice(values: Float32Array, shape: number[], begin: number[], size: number[]): number[] {
  const out: number[] = [];
  const walk = (axis: number, offset: number): void => {
    if (axis === shape.length) {
      out.push(values[offset] as number);
      return;
    }
    for (let i = 0; i < (size[axis] as number); i++) {
      walk(axis + 1, offset * (shape[axis] as number) + (begin[axis] as number) + i);
    }
  };
  walk(0, 0);
  return out;
}

function expectInputGradient(dx: Float32Array, c: Case, tolerance: number): void {
  if (c.dx) {
    expectAllClose(dx, c.dx.data as number[], tolerance);
    return;
  }
  expect(c.dxSlices?.length).toBeGreaterThan(0);
  for (const { begin, shape, data } of c.dxSlices ?? []) {
    expectAllClose(slice(dx, c.x.shape, begin, shape), data as number[], tolerance);
  }
  expectAllClose([dx.reduce((sum, value) => sum + value, 0)], [c.dxSum as number], tolerance);
}

describe.each(cases)('convolution: $name', (c) => {
  const { strides, padding, groups, tolerance } = c;
  const options: GroupedConv2dOptions = { strides, padding, groups };

  testOnBackends('groupedConv2d', async () => {
    const convolve = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
      groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { ...options, bias: bias as tf.Tensor1D });
    const [y, dx, dFilter, dBias] = (await valuesAndGradients(convolve, [c.x, c.filter, c.bias], c.dy)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    expectAllClose(y, c.y.data as number[], tolerance);
    expectAllClose(dFilter, c.dFilter.data as number[], tolerance);
    expectAllClose(dBias, c.dBias.data as number[], tolerance);
    expectInputGradient(dx, c, tolerance);
  });

  testOnBackends('GroupedConv2D', async () => {
    const [height, width, , filters] = c.filter.shape as [number, number, number, number];
    const layer = new GroupedConv2D({ strides, padding, groups, filters, kernelSize: [height, width] });
    const [y, dx] = (await layerValuesAndGradients(layer, c.x, c.dy, [c.filter, c.bias])) as [
      Float32Array,
      Float32Array,
    ];
    expectAllClose(y, c.y.data as number[], tolerance);
    expectInputGradient(dx, c, tolerance);
  });
});
