import { expect, test } from 'vitest';
import { createCanvas, enlarge, soften } from './canvas.js';

test('an enlarged ramp is a ramp: bilinear, pixel centres on pixel centres', () => {
  const small = createCanvas(4, 3);
  for (let i = 0; i < 12; i++) small.data.fill(i % 4, 3 * i, 3 * i + 3);
  const large = createCanvas(8, 6);
  enlarge(small, large);
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 8; x++) {
      const expected = Math.min(3, Math.max(0, (x + 0.5) / 2 - 0.5));
      expect(large.data[3 * (8 * y + x) + 1]).toBeCloseTo(expected, 2);
    }
  }
});

test('softening spreads a point by 1 2 1 both ways and keeps the light', () => {
  const canvas = createCanvas(5, 5);
  canvas.data[3 * 12 + 2] = 16; // the middle, blue
  soften(canvas);
  const blue = Array.from({ length: 25 }, (_, i) => canvas.data[3 * i + 2]);
  expect(blue).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 2, 4, 2, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0]);
  expect(canvas.data.reduce((sum, value) => sum + value, 0)).toBe(16);
});
