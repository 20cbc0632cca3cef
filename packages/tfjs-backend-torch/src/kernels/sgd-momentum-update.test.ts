import { expectAllClose } from '@alexnet/testing';
import { noise } from '@alexnet/testing/noise';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { runKernel } from '../testing/as-cpu.js';
import { describeTorch } from '../testing/describe-torch.js';

describeTorch('SgdMomentumUpdate', () => {
  const length = 3000;

  test.each([0.9, 0])('follows the equation of sec. 5 for three steps, momentum %s', (momentum) => {
    const [learningRate, weightDecay] = [0.01, 0.0005];
    const w = Float64Array.from(noise([length], 1));
    const v = new Float64Array(length);
    const weight = tf.variable(tf.tensor1d(Float32Array.from(w)));
    const velocity = tf.variable(tf.zeros([length]));
    const before = tf.memory();
    for (let step = 0; step < 3; step++) {
      const g = noise([length], step + 2);
      for (let i = 0; i < length; i++) {
        const [old = 0, speed = 0, slope = 0] = [w[i], v[i], g[i]];
        v[i] = momentum * speed - weightDecay * learningRate * old - learningRate * slope;
        w[i] = old + (v[i] ?? 0);
      }
      const inputs = { weight, velocity, gradient: tf.tensor1d(g) };
      const result = runKernel('SgdMomentumUpdate', inputs, { learningRate, momentum, weightDecay });
      expect(inputs.gradient.dataSync()).toEqual(g);
      tf.dispose([result, inputs.gradient]);
    }
    expectAllClose(weight.dataSync(), w, 1e-6);
    expectAllClose(velocity.dataSync(), v, 1e-5);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    tf.dispose([weight, velocity]);
  });

  const attributes = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 };

  test('does not change values that were read, that tensors were made from, or that were computed from it', () => {
    const given = Float32Array.of(1, 2, 3, 4);
    const weight = tf.tensor2d(given, [2, 2]);
    const [velocity, gradient] = [tf.zeros([2, 2]), tf.ones([2, 2])];
    const derived = (): tf.Tensor[] => [
      tf.slice(weight, [0, 0], [1, 2]),
      tf.transpose(tf.reshape(weight, [1, 4])),
      runKernel('Concat', [weight], { axis: 0 }),
      tf.tile(weight, [1, 1]),
      tf.cast(weight, 'int32'),
      tf.split(weight, 2, 0)[1] as tf.Tensor,
    ];
    const [tensors, read] = [derived(), weight.dataSync()];
    const values = tensors.map((tensor) => Array.from(tensor.dataSync()));
    runKernel('SgdMomentumUpdate', { weight, velocity, gradient }, attributes);
    expect(tensors.map((tensor) => Array.from(tensor.dataSync()))).toEqual(values);
    expect(Array.from(given)).toEqual([1, 2, 3, 4]);
    expect(Array.from(read)).toEqual([1, 2, 3, 4]);
    expectAllClose(weight.dataSync(), [0.9, 1.9, 2.9, 3.9]);
    tf.disposeVariables();
    tf.dispose([weight, velocity, gradient, ...tensors]);
  });

  test('names the input that does not fit', () => {
    const [weight, velocity, gradient] = [tf.ones([4]), tf.ones([4]), tf.ones([5])];
    expect(() => runKernel('SgdMomentumUpdate', { weight, velocity, gradient }, attributes)).toThrow(
      "gradient must have the weight's shape [4] (SgdMomentumUpdate), got [5].",
    );
    const integers = tf.ones([4], 'int32');
    expect(() =>
      runKernel('SgdMomentumUpdate', { weight, velocity, gradient: integers }, attributes),
    ).toThrow('must be float32 (SgdMomentumUpdate), got float32, float32, int32.');
  });
});
