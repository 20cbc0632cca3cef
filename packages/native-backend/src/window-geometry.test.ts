import { expect, test } from 'vitest';
import { convolutionGeometry, geometryKey, poolingGeometry, type WindowGeometry } from './window-geometry.js';

/** The positions of a window's starts, found by walking over the padded image. */
function starts(g: WindowGeometry, axis: 0 | 1): number[] {
  const size = [g.inHeight, g.inWidth][axis] as number;
  const window = (g.kernel[axis] - 1) * g.dilations[axis] + 1;
  const found: number[] = [];
  for (let at = -g.padBefore[axis]; at + window <= size + g.padAfter[axis]; at += g.strides[axis])
    found.push(at);
  return found;
}

test.each([
  ['conv1, whose last windows overhang by 3 pixels', [2, 224, 224, 3], [11, 11, 3, 96], { strides: 4, pad: [[0, 0], [0, 3], [0, 3], [0, 0]] }], // biome-ignore format: a table
  ['same padding, odd on one side', [1, 8, 7, 4], [4, 2, 4, 5], { strides: [2, 3], pad: 'same' }],
  ['dilation', [1, 15, 9, 2], [3, 3, 2, 6], { strides: 1, dilations: [2, 3], pad: 'valid' }],
  ['padding in pixels', [1, 9, 9, 2], [3, 3, 2, 6], { strides: 2, pad: 1, dimRoundingMode: 'floor' }],
] as const)('windows start where they must: %s', (_, inShape, filterShape, attributes) => {
  const g = convolutionGeometry([...inShape], [...filterShape], attributes as never);
  if (!g) throw new Error('convolutionGeometry returned undefined');
  expect([starts(g, 0).length, starts(g, 1).length]).toEqual([g.outHeight, g.outWidth]);
  expect(g.outShape).toEqual([inShape[0], g.outHeight, g.outWidth, filterShape[3]]);
  expect(geometryKey(g)).toContain(`x [${inShape}] kernel [${g.kernel}]`);
});

test('depthwise filters make one group of each channel', () => {
  const g = convolutionGeometry([1, 5, 5, 3], [3, 3, 3, 2], { strides: 1, pad: 'same' }, true);
  expect(g).toMatchObject({ groups: 3, inChannels: 3, outChannels: 6 });
  expect(geometryKey(g as WindowGeometry)).toMatch(/ groups 3$/);
});

test.each([
  ['NCHW', [1, 3, 5, 5], [3, 3, 3, 2], { strides: 1, pad: 'valid', dataFormat: 'NCHW' }],
  ['no images', [0, 5, 5, 3], [3, 3, 3, 2], { strides: 1, pad: 'valid' }],
  ['other channels', [1, 5, 5, 4], [3, 3, 3, 2], { strides: 1, pad: 'valid' }],
  [
    'an output smaller than the windows that fit',
    [1, 9, 9, 2],
    [5, 3, 2, 6],
    { strides: 1, pad: 1, dimRoundingMode: 'floor' },
  ],
] as const)("tfjs's own kernel handles %s", (_, inShape, filterShape, attributes) => {
  expect(convolutionGeometry([...inShape], [...filterShape], attributes as never)).toBeUndefined();
});

test('pooling: the paper overlaps windows of 3 by 1; windows entirely outside the image are left to tfjs', () => {
  const g = poolingGeometry([1, 55, 55, 96], { filterSize: 3, strides: 2, pad: 'valid' });
  expect(g).toMatchObject({ outHeight: 27, outWidth: 27, padBefore: [0, 0], padAfter: [0, 0] });
  const outside = { filterSize: 1, strides: 1, pad: 1, dimRoundingMode: 'floor' } as const;
  expect(poolingGeometry([1, 4, 4, 1], outside)).toBeUndefined();
  expect(poolingGeometry([4, 4, 1], outside)).toBeUndefined();
});
