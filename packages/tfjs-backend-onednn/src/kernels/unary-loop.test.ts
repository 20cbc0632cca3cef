import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import {
  expectExactlyAsCpu,
  expectSameAsCpu,
  noisy,
  runKernel,
  specials,
  withGradients,
} from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

const exact: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  abs: tf.abs,
  ceil: tf.ceil,
  clipByValue: (x) => tf.clipByValue(x, -0.75, 2),
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  'leakyRelu with 0': (x) => tf.leakyRelu(x, 0),
  log: tf.log,
  log1p: tf.log1p,
  neg: tf.neg,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  rsqrt: tf.rsqrt,
  selu: tf.selu,
  sign: tf.sign,
  softplus: tf.softplus,
  sqrt: tf.sqrt,
  square: tf.square,
  step: (x) => tf.step(x),
  'step with a slope': (x) => tf.step(x, 0.25),
  zerosLike: tf.zerosLike,
};

const close: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  elu: tf.elu,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
};

describeOneDnn('functions of one value on onednn', () => {
  test.each(Object.entries(exact))('%s is bit-identical to cpu', (_, f) => {
    for (const length of [1, 22, 5000]) {
      expectExactlyAsCpu(() => [f(specials(length)), f(tf.mul(noisy([length]), 8))]);
    }
    expectExactlyAsCpu(() => [f(tf.zeros([0, 3])), f(tf.mul(noisy([3, 5, 4, 100]), 8))]);
  });

  test.each(Object.entries(close))('%s agrees with cpu', (_, f) => {
    for (const length of [1, 22, 5000]) {
      expectExactlyAsCpu(() => [tf.isNaN(f(specials(length))), tf.isInf(f(specials(length)))]);
      expectSameAsCpu(() => [f(tf.mul(noisy([length]), 8)), f(tf.mul(noisy([length]), 200))], 2e-6);
      expectSameAsCpu(() => [f(tf.clipByValue(specials(length), -30, 30))], 2e-6);
    }
  });

  const int32Functions = [
    'abs',
    'clipByValue',
    'exp',
    'leakyRelu',
    'relu6',
    'reciprocal',
    'sign',
    'step',
    'zerosLike',
  ];
  test.each(int32Functions)('%s of int32 equals cpu', (name) => {
    expectExactlyAsCpu(() => [(exact[name] as typeof tf.abs)(tf.range(-100, 4900, 1, 'int32'))]);
  });

  const differentiable = { ...exact, ...close };
  const positive = ['log', 'log1p', 'rsqrt', 'reciprocal', 'sqrt'];
  test.each(Object.entries(differentiable))('%s has the gradient of cpu', (name, f) => {
    const shift = positive.includes(name) ? 3 : 0;
    expectSameAsCpu(() => withGradients(f, [tf.add(tf.mul(noisy([70, 80]), 4), shift)]), 4e-6);
  });

  test('the gradient of elu keeps NaN and infinities', () => {
    expectExactlyAsCpu(() => {
      const y = tf.concat([specials(5000), tf.mul(noisy([5000]), 4)]);
      return [runKernel('EluGrad', { dy: noisy([10000], 2), y }, {})];
    });
  });
});
