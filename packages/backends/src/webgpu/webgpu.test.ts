import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers tfjs's gradients, which core alone does not
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { listGpuAdapters, useBackend } from '../index.js';
import { chooseAdapter } from './choose-adapter.js';
import { describeAdapter, type GpuAdapter, isSoftwareName } from './gpu-adapter.js';

const adapter = (name: string): GpuAdapter => ({ name, api: 'vulkan', isSoftware: isSoftwareName(name) });
const some = [adapter('NVIDIA H100'), adapter('AMD Radeon'), adapter('SwiftShader Device (Subzero)')];

describe('the choice of an adapter', () => {
  test.each([
    [undefined, 'NVIDIA H100'],
    ['radeon', 'AMD Radeon'],
    [2, 'SwiftShader Device (Subzero)'],
  ] as const)('%j gives %s', (wanted, name) => {
    expect(chooseAdapter(some, wanted).name).toBe(name);
  });

  test('an unknown adapter is refused with the names of the existing ones', () => {
    expect(() => chooseAdapter(some, 'Arc')).toThrow(
      'adapter must be one of 0: NVIDIA H100, 1: AMD Radeon, 2: SwiftShader Device (Subzero) (useBackend), got "Arc".',
    );
    expect(() => chooseAdapter(some, 3)).toThrow('got 3.');
    expect(() => chooseAdapter([])).toThrow(/^WebGPU finds no GPU here: .*driver/);
  });

  test('a software GPU is described as one', () => {
    expect(some.map(describeAdapter)).toEqual([
      'GPU NVIDIA H100 (vulkan)',
      'GPU AMD Radeon (vulkan)',
      'CPU, no GPU: emulated by SwiftShader Device (Subzero) (vulkan)',
    ]);
    expect(isSoftwareName('llvmpipe (LLVM 15.0.6, 256 bits)')).toBe(true);
  });
});

describe('webgpu in Node', () => {
  let adapters: GpuAdapter[] = [];
  beforeAll(async () => {
    adapters = await listGpuAdapters();
  });

  test('without an adapter, a one-line error says what to install', async (context) => {
    if (adapters.length > 0) return context.skip('there is an adapter here');
    await expect(useBackend('webgpu')).rejects.toThrow(/^WebGPU finds no GPU here: .*\.$/);
  });

  test('computes on the adapter that it names', async (context) => {
    const [first] = adapters;
    if (!first) return context.skip(noAdapter);
    const used = await useBackend('webgpu', { adapter: 0 });
    expect(used).toMatchObject({ name: 'webgpu', device: describeAdapter(first), tried: [] });
    const product = tf.matMul([[1, 2]], [[3], [4]]);
    expect(await product.data()).toEqual(Float32Array.from([11]));
    await expect(useBackend('webgpu', { adapter: 'other' })).rejects.toThrow(/already runs on .*/);
    expect(await useBackend('webgpu')).toMatchObject({ device: used.device });
  });

  test('respects a memory limit', async (context) => {
    if (adapters.length === 0) return context.skip(noAdapter);
    await useBackend('webgpu', { memoryLimit: 1e6 });
    const kept = tf.fill([200, 1000], 2);
    expect(() => tf.square(kept)).toThrow(
      'Out of memory (webgpu): 800000 bytes were asked for; 800000 are in use, 1000000 allowed (memoryLimit).',
    );
    await useBackend('webgpu', { memoryLimit: Infinity });
    const squares = tf.square(kept);
    expect((await squares.data())[0]).toBe(4);
    tf.dispose([kept, squares]);
  });

  test('an operation that the GPU refuses fails when its values are read', async (context) => {
    if (adapters.length === 0) return context.skip(noAdapter);
    await useBackend('webgpu');
    const tooLarge = tf.fill([2 ** 20, 2 ** 20], 1); // 4 TiB
    await expect(tf.slice(tooLarge, [0, 0], [1, 1]).data()).rejects.toThrow(
      /^The GPU refused an operation \(webgpu\): .*size/,
    );
  });
});

const noAdapter = 'WebGPU finds no adapter here (run .ci/swiftshader to get a software GPU)';
