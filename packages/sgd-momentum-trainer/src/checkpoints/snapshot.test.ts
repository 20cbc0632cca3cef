import { testOnBackends } from '@alexnet/testing/on-backends';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { SgdMomentum } from '../index.js';
import { takeSnapshot } from './checkpoint-snapshot.js';

testOnBackends('a snapshot does not change while its weights are updated', async () => {
  const dense = tfl.layers.dense({ units: 64, inputShape: [64], kernelInitializer: 'ones', name: 'd' });
  const model = tfl.sequential({ layers: [dense] });
  const optimizer = new SgdMomentum({ learningRate: 0.5 });
  const step = (): void => {
    const [kernel] = dense.weights.map((weight) => weight.read() as tf.Variable);
    tf.tidy(() => optimizer.applyGradients({ [kernel?.name ?? '']: tf.fill([64, 64], 3) }));
  };
  const floatsOf = async (): Promise<Float32Array[]> => {
    const { files } = await takeSnapshot(model, optimizer, { epoch: 0, step: 0, validationErrors: [] });
    const names = ['weights.bin', 'velocities.bin'] as const;
    return names.flatMap((name) => (files.get(name) ?? []).map(({ buffer, byteOffset, byteLength }) => new Float32Array(buffer, byteOffset, byteLength / 4))); // biome-ignore format: one line
  };
  const taken: Float32Array[][] = [];
  const copies: Float32Array[][] = [];
  for (let i = 0; i < 3; i++) {
    const now = await floatsOf(); // the first time, of weights that no kernel has written
    taken.push(now);
    copies.push(now.map((values) => values.slice()));
    step();
  }
  await floatsOf();
  expect(taken).toEqual(copies);
  expect(taken[1]?.[0]?.[0]).not.toBe(taken[2]?.[0]?.[0]);
  optimizer.dispose();
  model.dispose();
});
