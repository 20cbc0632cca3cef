import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { OverlappingMaxPooling2D, overlappingMaxPool } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const pool = (options: object, x: unknown = tf.ones([1, 5, 5, 1])) => {
  return () => overlappingMaxPool(x as tf.Tensor4D, options);
};
const layer = (args: object) => () => new OverlappingMaxPooling2D(args);

test.each<[string, () => unknown]>([
  ['poolSize must be a whole number >= 1 (overlappingMaxPool), got NaN.', pool({ poolSize: Number.NaN })],
  ['poolSize must be a whole number >= 1 (overlappingMaxPool), got [3, 3].', pool({ poolSize: [3, 3] })],
  ['strides must be a whole number >= 1 (overlappingMaxPool), got -2.', pool({ strides: -2 })],
  ["padding must be 'valid' or 'same' (overlappingMaxPool), got 'full'.", pool({ padding: 'full' })],
  ["options must be among poolSize, strides, padding (overlappingMaxPool), got 'size'.", pool({ size: 3 })],
  ['x must be a float32 tensor [N, H, W, C] (overlappingMaxPool), got float32 [5, 5].', pool({}, tf.ones([5, 5]))],
  ['x must be a float32 tensor [N, H, W, C] (overlappingMaxPool), got int32 [1, 5, 5, 1].', pool({}, tf.ones([1, 5, 5, 1], 'int32'))],
  ['x must be a float32 tensor [N, H, W, C] (overlappingMaxPool), got null.', pool({}, null)],
  ["dataFormat must be 'channelsLast' (OverlappingMaxPooling2D), got 'channelsFirst'.", layer({ dataFormat: 'channelsFirst' })],
  ["(OverlappingMaxPooling2D), got 'stride'.", layer({ stride: 2 })],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table

test('a model whose activations are not images refuses the layer', () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [5] })] });
  expect(() => model.add(new OverlappingMaxPooling2D())).toThrow('expected ndim=4, found ndim=2');
});
