import { expect, test } from 'vitest';
import { cropOf, viewSet } from './view-set.js';

const geometry = { imageSize: 256, size: 224 };

test('1 is the centre, 10 the ten views of sec. 4.1, and a grid has each position twice', () => {
  expect(['1', '10', '2x3', '10x10'].map((text) => viewSet(text).count)).toEqual([1, 10, 12, 200]);
  expect(['1', '10'].map((text) => cropOf(viewSet(text), geometry))).toEqual(['center', 'ten']);
  const views = cropOf(viewSet('1x2'), geometry);
  const places = [0, 32].map((left) => ({ top: 16, left }));
  expect(views).toEqual([false, true].flatMap((mirror) => places.map((place) => ({ ...place, mirror }))));
});

test.each(['', '2', '0x3', '3x', '3x11', '3x3x3', 'ten', '1e1', ' 1'])("'%s' is refused", (text) => {
  expect(() => viewSet(text)).toThrow(`such as 3x3, got '${text}'.`);
});

test('a grid with more positions than the images have is refused', () => {
  expect(() => cropOf(viewSet('4x4'), { imageSize: 226, size: 224 })).toThrow('rows must be at most 3');
});
