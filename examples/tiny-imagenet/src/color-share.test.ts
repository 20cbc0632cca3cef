import { expect, test } from 'vitest';
import { colorShare } from './color-share.js';

/** Kernels [2, 1, 3, filters] from their values as lists of positions, each r, g, b. */
function kernels(...each: (readonly (readonly [number, number, number])[])[]): number[] {
  return [0, 1].flatMap((at) =>
    [0, 1, 2].flatMap((c) => each.map((kernel) => kernel[at]?.[c as 0 | 1 | 2] ?? 0)),
  );
}

test('a grey kernel has no color, and an opponent one nothing else', () => {
  const grey = [[1, 1, 1], [-2, -2, -2]] as const; // biome-ignore format: a table
  const opponent = [[1, -1, 0], [2, -1, -1]] as const; // biome-ignore format: a table
  expect(colorShare(kernels(grey), 1)).toBeCloseTo(0, 12);
  expect(colorShare(kernels(opponent), 1)).toBeCloseTo(1, 12);
  expect(colorShare(kernels(grey, opponent), 2)).toBeCloseTo(0.5, 12);
  expect(colorShare(kernels([[1, 0, 0], [0, 0, 0]]), 1)).toBeCloseTo(2 / 3, 12); // biome-ignore format: a table
});

test('the strength of a kernel does not matter, and one of zeros counts as grey', () => {
  const red = [[1, 0, 0], [1, 0, 0]] as const; // biome-ignore format: a table
  const strong = red.map(([r, g, b]) => [100 * r, g, b] as const);
  expect(colorShare(kernels(red, strong), 2)).toBeCloseTo(2 / 3, 12);
  expect(colorShare(kernels([[0, 0, 0], [0, 0, 0]]), 1)).toBe(0); // biome-ignore format: a table
});
