import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { AlexNetDropout, dropout } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const drop = (options: object, x: unknown = tf.ones([4])) => {
  return () => dropout(x as tf.Tensor, options);
};
const training = (seed: unknown) => drop({ isTraining: true, seed });
const seedRule = 'seed must be a whole number or a list of them while training (dropout), got';

test.each<[string, () => unknown]>([
  ['rate must be in [0, 1) (dropout), got 1.', drop({ rate: 1 })],
  ['rate must be in [0, 1) (dropout), got -0.1.', drop({ rate: -0.1 })],
  ['rate must be in [0, 1) (dropout), got NaN.', drop({ rate: Number.NaN })],
  ["rate must be in [0, 1) (dropout), got '0.5'.", drop({ rate: '0.5' })],
  ["mode must be 'paper' or 'inverted' (dropout), got 'scaled'.", drop({ mode: 'scaled' })],
  ["isTraining must be true or false (dropout), got 'no'.", drop({ isTraining: 'no' })],
  ["options must be among rate, isTraining, mode, seed (dropout), got 'training'.", drop({ training: true })],
  ["(dropout), got 'columns'.", drop({ columns: { begin: 0, rowWidth: 4 } })],
  [`${seedRule} undefined.`, training(undefined)],
  [`${seedRule} NaN.`, training(Number.NaN)],
  [`${seedRule} [].`, training([])],
  [`${seedRule} [1, 0.5].`, training([1, 0.5])],
  ['x must be a float32 tensor (dropout), got int32 [2].', drop({}, tf.ones([2], 'int32'))],
  ['x must be a float32 tensor (dropout), got [1, 2].', drop({}, [1, 2])],
  ["mode must be 'paper' or 'inverted' (dropout), got 'x'.", () => new AlexNetDropout({ mode: 'x' as 'paper' })],
  ['seed must be a whole number (AlexNetDropout), got NaN.', () => new AlexNetDropout({ seed: Number.NaN })],
  ['inputs must be one tensor (AlexNetDropout), got a list of 2.', () => new AlexNetDropout().call([tf.ones([4]), tf.ones([4])])],
  ["(AlexNetDropout), got 'p'.", () => new AlexNetDropout({ p: 0.5 } as object)],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table
