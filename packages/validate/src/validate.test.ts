import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  describeValue,
  layerArgumentNames,
  requireBoolean,
  requireChannelsLast,
  requireFinite,
  requireFit,
  requireKnownOptions,
  requireOneOf,
  requirePadding,
  requirePair,
  requireSingleInput,
  requireTensor,
  requireWhole,
} from './index.js';

const window = { kernelSize: [3, 3], strides: [2, 2], padding: 'valid' } as const;
const image = { dtype: 'float32', axes: ['N', 'H', 'W', 3] } as const;

test.each<[string, () => void]>([
  ['a must be a finite number > 0 (op), got NaN.', () => requireFinite('a', Number.NaN, 0, 'op')],
  ["a must be a finite number > 0 (op), got '1'.", () => requireFinite('a', '1', 0, 'op')],
  ['a must be a finite number > 0 (op), got 0.', () => requireFinite('a', 0, 0, 'op')],
  ['a must be a whole number >= 1 (op), got 1.5.', () => requireWhole('a', 1.5, 1, 'op')],
  ['a must be a whole number >= 1 (op), got undefined.', () => requireWhole('a', undefined, 1, 'op')],
  ["a must be true or false (op), got 'false'.", () => requireBoolean('a', 'false', 'op')],
  ["a must be 'b', 'c' or 'd' (op), got 'e'.", () => requireOneOf('a', 'e', ['b', 'c', 'd'], 'op')],
  ["options must be among a, b (op), got 'c'.", () => requireKnownOptions({ a: 1, c: 2 }, ['a', 'b'], 'op')],
  ['options must be an object (op), got null.', () => requireKnownOptions(null, ['a'], 'op')],
  ['options must be an object (op), got [2].', () => requireKnownOptions([2], ['a'], 'op')],
  [
    "dataFormat must be 'channelsLast' (Layer), got 'channelsFirst'.",
    () => requireChannelsLast({ dataFormat: 'channelsFirst' }, 'Layer'),
  ],
  [
    'a must be a whole number >= 1 or two of them (op), got [1, 2, 3].',
    () => requirePair('a', [1, 2, 3], 'op'),
  ],
  [
    "padding must be 'valid', 'same' or [[top, bottom], [left, right]] (op), got [[0, 0]].",
    () => requirePadding([[0, 0]] as never, 'op'),
  ],
  [
    'filter must fit into the padded image, 6 columns (op), got 7.',
    () =>
      requireFit(
        [null, 5],
        {
          ...window,
          padding: [
            [0, 0],
            [0, 1],
          ],
          dilationRate: [1, 3],
        },
        'op',
      ),
  ],
  ['inputs must be one tensor (Layer), got a list of 0.', () => requireSingleInput([], 'Layer')],
  ['inputs must be one tensor (Layer), got a list of 2.', () => requireSingleInput([1, 2], 'Layer')],
  [
    'x must be a float32 tensor [N, H, W, 3] (op), got [1, 2].',
    () => requireTensor('x', [1, 2], image, 'op'),
  ],
  ['x must be a float32 tensor [N, H, W, 3] (op), got null.', () => requireTensor('x', null, image, 'op')],
  ['x must be a tensor (op), got a Float32Array.', () => requireTensor('x', new Float32Array(2), {}, 'op')],
])('%s', (message, act) => {
  expect(act).toThrow(message);
});

test('an error describes a tensor of another rank, size or type', () => {
  tf.tidy(() => {
    requireTensor('x', tf.ones([1, 2, 2, 3]), image, 'op');
    requireTensor('x', tf.ones([7], 'int32'), {}, 'op');
    expect(() => requireTensor('x', tf.ones([1, 2, 2, 4]), image, 'op')).toThrow('got float32 [1, 2, 2, 4].');
    expect(() => requireTensor('x', tf.ones([2, 2, 3]), image, 'op')).toThrow('got float32 [2, 2, 3].');
    expect(() => requireTensor('x', tf.ones([1, 2, 2, 3], 'int32'), image, 'op')).toThrow('got int32');
  });
});

test('the size of the output follows from the window, as far as the image is known', () => {
  expect(requireFit([5, 6], window, 'op')).toEqual([2, 2]);
  expect(requireFit([2, null], { ...window, padding: 'same' }, 'op')).toEqual([1, null]);
  expect(requireFit([null, 5], { ...window, padding: [[0, 0], [1, 1]] }, 'op')).toEqual([null, 3]); // biome-ignore format: one line
  expect(requireFit([5, 5], { ...window, strides: [1, 1], dilationRate: [2, 1] }, 'op')).toEqual([1, 3]);
});

test('valid values pass', () => {
  expect(requirePair('a', 3, 'op')).toEqual([3, 3]);
  expect(requirePair('a', [1, 2], 'op')).toEqual([1, 2]);
  expect(requirePadding('same', 'op')).toBe('same');
  requireFinite('a', 1e-9, 0, 'op');
  requireWhole('a', 0, 0, 'op');
  requireBoolean('a', false, 'op');
  requireOneOf('a', 'b', ['b'], 'op');
  requireKnownOptions({ name: 'n', trainable: false }, layerArgumentNames, 'Layer');
  requireChannelsLast({ dataFormat: 'channelsLast' }, 'Layer');
  requireChannelsLast({}, 'Layer');
  expect([requireSingleInput([7], 'Layer'), requireSingleInput(7, 'Layer')]).toEqual([7, 7]);
});

test('long values are abbreviated', () => {
  expect(describeValue(Array.from({ length: 20 }, (_, i) => i))).toBe(
    '[0, 1, 2, 3, 4, 5, 6, 7, ...] (20 items)',
  );
  expect(describeValue({ rate: 1 })).toBe('an object with rate');
  expect(describeValue(() => 0)).toBe('a function');
});
