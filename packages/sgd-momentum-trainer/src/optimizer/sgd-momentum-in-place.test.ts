import { useBackend } from '@alexnet/backends';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { SgdMomentum } from '../index.js';

const size = 70_000; // more than one of the kernel's chunks
const waves = (phase: number): tf.Tensor => tf.reshape(tf.sin(tf.add(tf.range(0, size), phase)), [size, 1]);

/** Eight steps whose gradient is sin(step + i) + w; a clone of the weights is taken before the third. */
function run(): { weights: Float32Array; atThird: Float32Array; clone: Float32Array } {
  const w = tf.tidy(() => tf.variable(waves(0)));
  const optimizer = new SgdMomentum({ learningRate: 0.1 });
  const step = (number: number): void =>
    tf.tidy(() => optimizer.applyGradients({ [w.name]: tf.add(w, waves(number)) }));
  step(0);
  step(1);
  const atThird = w.dataSync<'float32'>().slice();
  const clone = w.clone();
  step(2);
  const cloned = clone.dataSync<'float32'>().slice();
  clone.dispose();
  for (let number = 3; number < 8; number++) step(number);
  const weights = w.dataSync<'float32'>().slice();
  optimizer.dispose();
  w.dispose();
  return { weights, atThird, clone: cloned };
}

test('a learning rate of 0 leaves weight and velocity bit-identical, in place too', async (context) => {
  try {
    await useBackend('onednn');
  } catch (error) {
    return context.skip((error as Error).message);
  }
  const w = tf.tidy(() => tf.variable(waves(0)));
  const optimizer = new SgdMomentum({ learningRate: 0.1 });
  const step = (): void => tf.tidy(() => optimizer.applyGradients({ [w.name]: waves(1) }));
  const values = () => [w.dataSync().slice(), optimizer.velocityOf(w.name)?.dataSync().slice()];
  step();
  const before = values();
  optimizer.learningRate = { default: 0.1, layers: { [w.name]: 0 } };
  step();
  step();
  expect(values()).toEqual(before);
  optimizer.learningRate = 0.1;
  step();
  expect(values()).not.toEqual(before);
  optimizer.dispose();
  w.dispose();
});

test('the in-place update of the onednn backend agrees with the composed one, and does not change clones', async (context) => {
  await useBackend('cpu');
  const composed = run();
  try {
    await useBackend('onednn');
  } catch (error) {
    return context.skip((error as Error).message);
  }
  expect(tf.getKernel('SgdMomentumUpdate', 'onednn')).toBeDefined();
  const inPlace = run();
  expectAllClose(inPlace.weights, composed.weights, 1e-5);
  for (const { clone, atThird } of [composed, inPlace]) expect(clone).toEqual(atThird);
});
