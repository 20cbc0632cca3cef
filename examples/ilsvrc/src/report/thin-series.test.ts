import { expect, test } from 'vitest';
import { smoothed, thinned } from './thin-series.js';

const ramp = Array.from({ length: 10 }, (_, i) => ({ x: i, y: 2 * i }));

test('thinning averages equal sections and keeps a short curve', () => {
  expect(thinned(ramp, 5)).toEqual([0.5, 2.5, 4.5, 6.5, 8.5].map((x) => ({ x, y: 2 * x })));
  expect(thinned(ramp, 3)).toHaveLength(3);
  expect(thinned(ramp, 10)).toEqual(ramp);
});

test('smoothing starts as the plain mean and follows with its window', () => {
  const ys = smoothed(ramp, 4).map(({ y }) => y);
  expect(ys.slice(0, 4)).toEqual([0, 1, 2, 3]);
  expect(ys[4]).toBe(3 + (8 - 3) / 4);
  const flat = smoothed(
    ramp.map(({ x }) => ({ x, y: 5 })),
    3,
  );
  expect(flat.every(({ y }) => y === 5)).toBe(true);
});
