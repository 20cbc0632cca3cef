import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { GroupedConv2D, groupedConv2d } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const convolve = (options: object, x: unknown = tf.ones([1, 4, 4, 4]), filter: unknown = tf.ones([3, 3, 2, 6])) => {
  return () => groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { groups: 2, ...options });
}; // biome-ignore format: one signature
const layer = (args: object) => () => new GroupedConv2D({ filters: 4, kernelSize: 3, ...args });
const paddingRule = "padding must be 'valid', 'same' or [[top, bottom], [left, right]]";

test.each<[string, () => unknown]>([
  ['groups must divide channels (4) and filters (6) (groupedConv2d), got 3.', convolve({ groups: 3 })],
  ['groups must divide channels (4) and filters (6) (groupedConv2d), got 4.', convolve({ groups: 4 })],
  ['groups must be a whole number >= 1 (groupedConv2d), got NaN.', convolve({ groups: Number.NaN })],
  ['groups must be a whole number >= 1 (groupedConv2d), got -2.', convolve({ groups: -2 })],
  ['strides must be a whole number >= 1 or two of them (groupedConv2d), got NaN.', convolve({ strides: Number.NaN })],
  ['strides must be a whole number >= 1 or two of them (groupedConv2d), got [1, 0].', convolve({ strides: [1, 0] })],
  ['dilationRate must be a whole number >= 1 or two of them (groupedConv2d), got 0.', convolve({ dilationRate: 0 })],
  ['dilationRate must be 1 where strides are not (groupedConv2d), got 2 and strides [1, 2].', convolve({ dilationRate: 2, strides: [1, 2] })],
  ['dilationRate must be 1 where strides are not (GroupedConv2D), got 2 and strides 2.', layer({ dilationRate: 2, strides: 2 })],
  ['options must be an object (GroupedConv2D), got null.', () => new GroupedConv2D(null as never)],
  ['options must be an object (GroupedConv2D), got undefined.', () => new GroupedConv2D(undefined as never)],
  [`${paddingRule} (groupedConv2d), got 'full'.`, convolve({ padding: 'full' })],
  [`${paddingRule} (groupedConv2d), got [[0, -1], [0, 0]].`, convolve({ padding: [[0, -1], [0, 0]] })],
  [`${paddingRule} (groupedConv2d), got 2.`, convolve({ padding: 2 })],
  ["activation must be 'linear' or 'relu' (groupedConv2d), got 'tanh'.", convolve({ activation: 'tanh' })],
  ['bias must be a float32 tensor [6] (groupedConv2d), got float32 [4].', convolve({ bias: tf.ones([4]) })],
  ["options must be among groups, strides, dilationRate, padding, bias, activation (groupedConv2d), got 'stride'.", convolve({ stride: 2 })],
  ['x must be a float32 tensor [N, H, W, C] (groupedConv2d), got float32 [4, 4, 4].', convolve({}, tf.ones([4, 4, 4]))],
  ['x must be a float32 tensor [N, H, W, C] (groupedConv2d), got int32 [1, 4, 4, 4].', convolve({}, tf.ones([1, 4, 4, 4], 'int32'))],
  ['filter must be a float32 tensor [kh, kw, C / groups, filters] (groupedConv2d), got float32 [3, 3].', convolve({}, tf.ones([1, 4, 4, 4]), tf.ones([3, 3]))],
  ['filter must fit into the padded image, 2 rows (groupedConv2d), got 3.', convolve({}, tf.ones([1, 2, 4, 4]))],
  ['filter must fit into the padded image, 4 columns (groupedConv2d), got 5.', convolve({ dilationRate: [1, 2] })],
  ['filters must be a whole number >= 1 (GroupedConv2D), got NaN.', layer({ filters: Number.NaN })],
  ['kernelSize must be a whole number >= 1 or two of them (GroupedConv2D), got NaN.', layer({ kernelSize: Number.NaN })],
  ['strides must be a whole number >= 1 or two of them (GroupedConv2D), got 0.', layer({ strides: 0 })],
  [`${paddingRule} (GroupedConv2D), got [[1, 2]].`, layer({ padding: [[1, 2]] })],
  ["dataFormat must be 'channelsLast' (GroupedConv2D), got 'channelsFirst'.", layer({ dataFormat: 'channelsFirst' })],
  ["(GroupedConv2D), got 'group'.", layer({ group: 2 })],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table

test('a model refuses a layer that does not fit its rank, its channels or its image size when it is added', () => {
  const after = (inputShape: number[]) => tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape })] });
  expect(() => after([5]).add(layer({})())).toThrow('expected ndim=4, found ndim=2');
  expect(() => after([8, 8, 3]).add(layer({ groups: 2 })())).toThrow(
    'groups must divide channels (3) and filters (4) (groupedConv2d), got 2.',
  );
  expect(() => after([2, 8, 4]).add(layer({})())).toThrow('filter must fit into the padded image, 2 rows');
});
