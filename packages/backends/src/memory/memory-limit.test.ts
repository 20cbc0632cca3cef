import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers tfjs's gradients, which core alone does not
import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import { findTorch } from '@alexnet/tfjs-backend-torch';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BackendName, useBackend } from '../index.js';

/** Bytes of the network's weights. Its velocities and its gradients have as many each. */
const weightBytes = 2 * 128 * 512 * 4;

/** Values in -scale .. scale that depend only on the index. */
function waves(shape: [number, number], scale: number): tf.Tensor2D {
  const length = shape[0] * shape[1];
  return tf.tensor2d(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7) * scale),
    shape,
  );
}

/** Two dense layers with momentum. */
function smallNetwork() {
  const [w1, w2] = [waves([128, 512], 0.06), waves([512, 128], 0.03)].map((initial) => {
    const weight = tf.variable(initial);
    initial.dispose();
    return weight;
  }) as [tf.Variable<tf.Rank.R2>, tf.Variable<tf.Rank.R2>];
  const [xs, ys] = [waves([16, 128], 1), waves([16, 128], 0.5)];
  const loss = () => tf.losses.meanSquaredError(ys, tf.matMul(tf.relu(tf.matMul(xs, w1)), w2)) as tf.Scalar;
  return {
    differentiate: () => tf.tidy(() => void tf.variableGrads(loss, [w1, w2])),
    /** Returns the loss before each step. */
    async train(steps: number, optimizer = tf.train.momentum(0.01, 0.9)): Promise<number[]> {
      const losses: number[] = [];
      for (let step = 0; step < steps; step++) {
        const value = optimizer.minimize(loss, true, [w1, w2]) as tf.Scalar;
        losses.push(...(await value.data()));
        value.dispose();
      }
      optimizer.dispose();
      return losses;
    },
    dispose() {
      tf.dispose([w1, w2, xs, ys]);
    },
  };
}

/**
 * Whether the backend is available, and how many copies of the weights their gradients need: wasm copies what
 * it saves.
 */
const backends: [BackendName, boolean, number][] = [
  ['onednn', findOneDnn().path !== undefined, 1],
  ['torch', findTorch().path !== undefined, 1],
  ['wasm', true, 2],
  ['cpu', true, 1],
];

describe.each(backends)('memoryLimit on %s', (name, isHere, copies) => {
  let expected: number[] = [];
  beforeAll(async () => {
    if (!isHere) return;
    await useBackend(name);
    const network = smallNetwork();
    expected = await network.train(3);
    network.dispose();
    expect(expected[2]).toBeLessThan(expected[0] as number);
  });

  const message = (limit: number) =>
    new RegExp(
      `^Out of memory \\(${name}\\): \\d+ bytes were asked for; \\d+ are in use, (\\d+ held, )?${limit} allowed \\(memoryLimit\\)\\.$`,
    );

  test.skipIf(!isHere)('refuses weights that do not fit, and leaves everything else unchanged', async () => {
    const limit = 0.75 * weightBytes;
    await useBackend(name, { memoryLimit: limit });
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      expect(() => tf.tidy(() => [waves([128, 128], 1), waves([512, 256], 1)])).toThrow(message(limit));
      expect(tf.memory().numTensors).toBe(before);
    }
    const product = tf.tidy(() => tf.matMul(tf.ones([128, 128]), tf.ones([128, 128])));
    expect((await product.data())[0]).toBe(128);
    product.dispose();
  });

  test.skipIf(!isHere)(
    'counts gradients, and trains as if nothing had happened once there is room',
    async () => {
      const limit = (copies + 0.9) * weightBytes;
      await useBackend(name, { memoryLimit: limit });
      const network = smallNetwork();
      const optimizer = tf.train.momentum(0.01, 0.9);
      const built = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) {
        await expect(network.train(1, optimizer)).rejects.toThrow(message(limit));
        expect(tf.memory().numTensors).toBe(built);
      }
      await useBackend(name, { memoryLimit: 8 * weightBytes });
      expect(await network.train(3, optimizer)).toEqual(expected);
      network.dispose();
    },
  );

  test.skipIf(!isHere)('counts velocities, so that gradients fit but a step does not', async () => {
    const limit = (copies + 1.4) * weightBytes;
    await useBackend(name, { memoryLimit: limit });
    const network = smallNetwork();
    network.differentiate();
    await expect(network.train(1)).rejects.toThrow(message(limit));
    network.dispose();
  });
});

test('refuses a limit that is not a number of bytes, and a backend that does not support a limit', async () => {
  await expect(useBackend('cpu', { memoryLimit: -1 })).rejects.toThrow(
    'memoryLimit must be a number of bytes > 0 (useBackend), got -1.',
  );
  await expect(useBackend('tensorflow', { memoryLimit: 1e9 })).rejects.toThrow(
    "memoryLimit cannot be set for 'tensorflow' (useBackend): libtensorflow allocates its own tensors.",
  );
});
