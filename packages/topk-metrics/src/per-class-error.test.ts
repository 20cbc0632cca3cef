import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyImages, CLASSES } from './any-images.test-data.js';
import { PerClassError, topKError, wilsonInterval } from './index.js';

test('the error of a class is the error over its own images', () => {
  fc.assert(
    fc.property(anyImages, fc.integer({ min: 1, max: CLASSES }), ({ rows, labels }, k) => {
      const errors = new PerClassError(CLASSES, [1, k]).add(rows.flat(), labels);
      for (let label = 0; label < CLASSES; label++) {
        const own = rows.filter((_, i) => labels[i] === label);
        const ownLabels = own.map(() => label);
        const expected = topKError(own, ownLabels, k);
        expect(errors.images(label)).toBe(own.length);
        expect(errors.error(label, k)).toBe(expected);
        expect(errors.interval(label, k)).toEqual(wilsonInterval(expected, own.length));
      }
    }),
  );
});

test('the worst classes come first, and classes without an image are left out', () => {
  const rows = [[0, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]; // biome-ignore format: rows
  const errors = new PerClassError(4).add(rows, [0, 1, 0, 2, 2]);
  expect(errors.worst(9)).toEqual([
    { label: 0, error: 0.5, images: 2 },
    { label: 2, error: 0.5, images: 2 },
    { label: 1, error: 0, images: 1 },
  ]);
  expect(errors.worst(1)).toHaveLength(1);
  expect(errors.error(3)).toBeNaN();
});

test('refuses classes and labels that do not fit', () => {
  expect(() => new PerClassError(0)).toThrow('classes must be a whole number >= 1 (PerClassError), got 0.');
  const errors = new PerClassError(3);
  expect(() => errors.add([[0.5, 0.5]], [0])).toThrow(
    'probabilities must be of 3 classes (PerClassError), got 2 for image 0.',
  );
  expect(() => errors.error(3)).toThrow('label must be in 0 .. 2 (PerClassError), got 3.');
  expect(() => errors.error(0, 5)).toThrow('k must be one of 1');
  expect(() => errors.worst(-1)).toThrow('count must be a whole number >= 0');
});
