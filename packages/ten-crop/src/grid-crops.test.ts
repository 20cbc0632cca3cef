import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centerView, gridCrops, tenCropViews } from './index.js';

test('3 x 3 views of 224 px in 256 px are at 0, 16 and 32 on each axis, row by row, then mirrored', () => {
  const offsets = [0, 16, 32].flatMap((top) => [0, 16, 32].map((left) => ({ top, left })));
  expect(gridCrops({ imageSize: 256 })).toEqual(
    [false, true].flatMap((mirror) => offsets.map((offset) => ({ ...offset, mirror }))),
  );
});

test('a single view is the center; 3 x 3 includes the ten views, and 2 x 2 is their corners', () => {
  const geometry = { imageSize: [41, 30], size: 24 } as const;
  expect(gridCrops({ ...geometry, rows: 1, mirror: false })).toEqual([centerView(geometry)]);
  expect(gridCrops(geometry)).toEqual(expect.arrayContaining(tenCropViews(geometry)));
  const corners = tenCropViews(geometry).filter((_, i) => i % 5 !== 2);
  expect(gridCrops({ ...geometry, rows: 2 })).toEqual(corners);
});

test('any grid reaches the edges in even steps and has no view twice', () => {
  const sides = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(40), fc.nat(40));
  fc.assert(
    fc.property(sides, fc.nat(), fc.nat(), ([size, down, right], r, c) => {
      const [rows, columns] = [1 + (r % (down + 1)), 1 + (c % (right + 1))];
      const views = gridCrops({ imageSize: [size + down, size + right], size, rows, columns, mirror: false });
      expect(new Set(views.map(({ top, left }) => `${top},${left}`)).size).toBe(rows * columns);
      const tops = views.filter((_, i) => i % columns === 0).map(({ top }) => top);
      if (rows > 1) expect([tops[0], tops.at(-1)]).toEqual([0, down]);
      const steps = tops.slice(1).map((top, i) => top - (tops[i] as number));
      expect(Math.max(0, ...steps) - Math.min(...steps, Math.max(0, ...steps))).toBeLessThanOrEqual(1);
      expect(views.every(({ left }) => left >= 0 && left <= right)).toBe(true);
    }),
  );
});

test.each<[string, () => unknown]>([
  ["size must be a whole number from 1 to the image's shorter side, 8 (gridCrops), got 224.", () => gridCrops({ imageSize: 8 })],
  ['rows must be a whole number >= 1 (gridCrops), got 0.', () => gridCrops({ imageSize: 8, size: 4, rows: 0 })],
  ['columns must be a whole number >= 1 (gridCrops), got 1.5.', () => gridCrops({ imageSize: 8, size: 4, columns: 1.5 })],
  ['rows must be at most 5, the number of offsets along this axis (gridCrops), got 6.', () => gridCrops({ imageSize: 8, size: 4, rows: 6 })],
  ["options must be among imageSize, size, rows, columns, mirror (gridCrops), got 'row'.", () => gridCrops({ imageSize: 8, size: 4, row: 2 } as never)],
  ["mirror must be true or false (gridCrops), got 'no'.", () => gridCrops({ imageSize: 8, size: 4, mirror: 'no' as never })],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table
