import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlexNetDropout, registerLayers } from '@alexnet/layers';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll } from 'vitest';
import type { Batch, EpochBatches } from './index.js';

/** Steps of an epoch of {@link clouds}. */
export const STEPS = 5;

/** A small net with dropout that tells three clouds in the plane apart. */
export function makeModel({
  classes = 3,
  hidden = 16,
}: {
  classes?: number;
  hidden?: number;
} = {}): tfl.LayersModel {
  const kernel = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.5, seed });
  return tfl.sequential({
    layers: [
      tfl.layers.dense({
        name: 'hidden',
        units: hidden,
        inputShape: [2],
        activation: 'relu',
        kernelInitializer: kernel(1),
      }),
      new AlexNetDropout({ name: 'drop', rate: 0.25, seed: 3 }),
      tfl.layers.dense({ name: 'out', units: classes, kernelInitializer: kernel(2) }),
      tfl.layers.activation({ name: 'softmax', activation: 'softmax' }),
    ],
  });
}

/** The batches of an epoch, from `startBatch` on. */
export function cloudsFrom(epoch: number, startBatch: number): EpochBatches {
  async function* draw(): AsyncGenerator<Batch> {
    for (let index = startBatch; index < STEPS; index++) {
      const stream = randomStream(11, epoch, index);
      const labels = Array.from({ length: 32 }, () => stream.integer(3));
      const points = labels.map((c) => [
        Math.cos(2 * c) * 2 + stream.normal() * 0.5,
        Math.sin(2 * c) * 2 + stream.normal() * 0.5,
      ]);
      yield { xs: tf.tensor2d(points), ys: tf.tidy(() => tf.cast(tf.oneHot(labels, 3), 'float32')) };
    }
  }
  return Object.assign(draw(), { size: STEPS });
}

/** All the batches of an epoch. */
export function clouds(epoch: number): EpochBatches {
  return cloudsFrom(epoch, 0);
}

/** Prepares the tests of a file: the backend cpu, registered layers, and a folder, which is removed after them. */
export function useFolder(): { path: string } {
  const folder = { path: '' };
  beforeAll(async () => {
    await tf.setBackend('cpu');
    registerLayers();
    folder.path = await mkdtemp(join(tmpdir(), 'alexnet-trainer-'));
  });
  afterAll(() => rm(folder.path, { recursive: true, force: true }));
  return folder;
}
