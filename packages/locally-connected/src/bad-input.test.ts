import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { LocallyConnected2D, locallyConnected2d } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const connect = (options: object | undefined, x: unknown = tf.ones([1, 4, 5, 2]), filter: unknown = tf.ones([6, 18, 3])) => {
  const complete = options && { kernelSize: 3, ...options };
  return () => locallyConnected2d(x as tf.Tensor4D, filter as tf.Tensor3D, complete as { kernelSize: 3 });
}; // biome-ignore format: one signature
const layer = (args: object) => () => new LocallyConnected2D({ filters: 4, kernelSize: 3, ...args });
const pairRule = 'must be a whole number >= 1 or two of them';
const paddingRule = "padding must be 'valid', 'same' or [[top, bottom], [left, right]]";

test.each<[string, () => unknown]>([
  ['options must be an object (locallyConnected2d), got undefined.', connect(undefined)],
  ["options must be among kernelSize, strides, padding, bias (locallyConnected2d), got 'stride'.", connect({ stride: 2 })],
  [`kernelSize ${pairRule} (locallyConnected2d), got undefined.`, connect({ kernelSize: undefined })],
  [`kernelSize ${pairRule} (locallyConnected2d), got [3, 3, 3].`, connect({ kernelSize: [3, 3, 3] })],
  [`strides ${pairRule} (locallyConnected2d), got NaN.`, connect({ strides: Number.NaN })],
  [`strides ${pairRule} (locallyConnected2d), got [1, 0].`, connect({ strides: [1, 0] })],
  [`${paddingRule} (locallyConnected2d), got 'full'.`, connect({ padding: 'full' })],
  [`${paddingRule} (locallyConnected2d), got [[0, -1], [0, 0]].`, connect({ padding: [[0, -1], [0, 0]] })],
  ['x must be a float32 tensor [N, H, W, C] (locallyConnected2d), got float32 [4, 4, 2].', connect({}, tf.ones([4, 4, 2]))],
  ['x must be a float32 tensor [N, H, W, C] (locallyConnected2d), got int32 [1, 4, 4, 2].', connect({}, tf.ones([1, 4, 4, 2], 'int32'))],
  ['filter must be a float32 tensor [6, 18, filters] (locallyConnected2d), got float32 [3, 3, 2, 3].', connect({}, undefined, tf.ones([3, 3, 2, 3]))],
  ['filter must be a float32 tensor [20, 18, filters] (locallyConnected2d), got float32 [6, 18, 3].', connect({ padding: 'same' })],
  ['filter must be a float32 tensor [6, 18, filters] (locallyConnected2d), got float32 [6, 9, 3].', connect({}, undefined, tf.ones([6, 9, 3]))],
  ['filter must fit into the padded image, 4 rows (locallyConnected2d), got 5.', connect({ kernelSize: 5 })],
  ['filter must fit into the padded image, 6 columns (locallyConnected2d), got 7.', connect({ kernelSize: [1, 7], padding: [[0, 0], [0, 1]] })],
  ['bias must be a float32 tensor [2, 3, 3] (locallyConnected2d), got float32 [3].', connect({ bias: tf.ones([3]) })],
  ['options must be an object (LocallyConnected2D), got null.', () => new LocallyConnected2D(null as never)],
  ["(LocallyConnected2D), got 'dilationRate'.", layer({ dilationRate: 2 })],
  ["(LocallyConnected2D), got 'groups'.", layer({ groups: 2 })],
  ['implementation must be 1 (LocallyConnected2D), got 2.', layer({ implementation: 2 })],
  ['filters must be a whole number >= 1 (LocallyConnected2D), got 0.', layer({ filters: 0 })],
  [`kernelSize ${pairRule} (LocallyConnected2D), got undefined.`, layer({ kernelSize: undefined })],
  [`strides ${pairRule} (LocallyConnected2D), got 0.`, layer({ strides: 0 })],
  [`${paddingRule} (LocallyConnected2D), got 'full'.`, layer({ padding: 'full' })],
  ["dataFormat must be 'channelsLast' (LocallyConnected2D), got 'channelsFirst'.", layer({ dataFormat: 'channelsFirst' })],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table

test('a model refuses a layer whose input has another rank, an unknown side or too small a side', () => {
  const after = (shape: (number | null)[]) => () =>
    layer({ name: 'local3' })().apply(tfl.input({ shape })) as tfl.SymbolicTensor;
  const unknown = 'height, width and channels of the input must be known (local3), got ';
  expect(after([5])).toThrow('expected ndim=4, found ndim=2');
  expect(after([null, 8, 3])).toThrow(`${unknown}[null, null, 8, 3].`);
  expect(after([8, null, 3])).toThrow(`${unknown}[null, 8, null, 3].`);
  expect(after([8, 8, null])).toThrow(`${unknown}[null, 8, 8, null].`);
  expect(after([2, 8, 4])).toThrow(
    'filter must fit into the padded image, 2 rows (LocallyConnected2D), got 3.',
  );
});

test('a built layer refuses images of another size', () => {
  const model = tfl.sequential({ layers: [layer({ inputShape: [5, 5, 2] })()] });
  tf.tidy(() => {
    expect(() => model.layers[0]?.apply(tf.ones([1, 6, 5, 2]))).toThrow('axis 1');
  });
  model.dispose();
});
