import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { expectClose, noise, runKernel } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import { SgdMomentumUpdate } from './sgd-momentum-update.js';

describeOneDnn('SgdMomentumUpdate', () => {
  const attributes = { learningRate: 0.01, momentum: 0.9, weightDecay: 0.0005 };
  const { learningRate, momentum, weightDecay } = attributes;

  test.each(['onednn', 'cpu'])('follows the equation of sec. 5 for three steps on %s', async (backend) => {
    await tf.setBackend(backend);
    const length = 70_000; // more than one chunk
    const w = Float64Array.from(noise([length], 1));
    const v = new Float64Array(length);
    const weight = tf.variable(tf.tensor1d(Float32Array.from(w)));
    const velocity = tf.variable(tf.zeros([length]));
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) {
      const g = noise([length], step + 2);
      for (let i = 0; i < length; i++) {
        v[i] =
          momentum * (v[i] as number) -
          weightDecay * learningRate * (w[i] as number) -
          learningRate * (g[i] as number);
        w[i] = (w[i] as number) + (v[i] as number);
      }
      tf.tidy(() => {
        runKernel(SgdMomentumUpdate, { weight, velocity, gradient: tf.tensor1d(g) }, attributes);
      });
    }
    expectClose(weight.dataSync(), w, 1e-6);
    expectClose(velocity.dataSync(), v, 1e-5);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([weight, velocity]);
    await tf.setBackend('onednn');
  });

  test.each(['onednn', 'cpu'])(
    'does not change values that were read, or that tensors were made from, on %s',
    async (backend) => {
      await tf.setBackend(backend);
      const given = [Float32Array.of(1, 2), Float32Array.of(3, 4)] as const;
      const [weight, velocity] = given.map((values) => tf.tensor1d(values)) as [tf.Tensor, tf.Tensor];
      const step = (): void => {
        tf.tidy(() => {
          runKernel(SgdMomentumUpdate, { weight, velocity, gradient: tf.ones([2]) }, attributes);
        });
      };
      step();
      expect(given.map((values) => [...values])).toEqual([[1, 2], [3, 4]]); // biome-ignore format: one line
      const read = [await weight.data(), velocity.dataSync()];
      const copies = read.map((values) => values.slice());
      step();
      expect(read).toEqual(copies);
      expect(weight.dataSync()).not.toEqual(copies[0]);
      tf.dispose([weight, velocity]);
      await tf.setBackend('onednn');
    },
  );

  test('names the input that does not fit', () => {
    const [weight, velocity, gradient] = [tf.ones([4]), tf.ones([4]), tf.ones([5])];
    expect(() => runKernel(SgdMomentumUpdate, { weight, velocity, gradient }, attributes)).toThrow(
      "gradient must have the weight's shape [4] (SgdMomentumUpdate), got [5].",
    );
    const integers = tf.ones([4], 'int32');
    expect(() => runKernel(SgdMomentumUpdate, { weight, velocity, gradient: integers }, attributes)).toThrow(
      'must be float32 (SgdMomentumUpdate), got float32, float32, int32.',
    );
  });
});
