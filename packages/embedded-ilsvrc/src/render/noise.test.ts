import { expect, test } from 'vitest';
import { cellNoise, fractalNoise, smoothstep } from './noise.js';

test('fractal noise repeats every 256 units, is continuous and spreads over 0..1', () => {
  let sum = 0;
  let low = 1;
  let high = 0;
  for (let i = 0; i < 4000; i++) {
    const x = i * 7.31;
    const y = i * 3.77;
    const here = fractalNoise(x, y);
    expect(fractalNoise(x - 512, y + 256)).toBeCloseTo(here, 4);
    expect(Math.abs(fractalNoise(x + 0.001, y) - here)).toBeLessThan(0.001);
    sum += here;
    low = Math.min(low, here);
    high = Math.max(high, here);
  }
  expect(sum / 4000).toBeCloseTo(0.5, 1);
  expect(low).toBeGreaterThanOrEqual(0);
  expect(low).toBeLessThan(0.15);
  expect(high).toBeGreaterThan(0.85);
  expect(high).toBeLessThanOrEqual(1);
});

test('cell noise is even over 0..1 and unlike from cell to cell and from salt to salt', () => {
  const counts = new Array<number>(10).fill(0);
  for (let column = -50; column < 50; column++) {
    for (let row = -50; row < 50; row++) {
      const bin = Math.floor(cellNoise(column, row, 9) * 10);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  expect(cellNoise(3, 4, 1)).not.toBe(cellNoise(3, 4, 2));
  expect(cellNoise(3, 4, 1)).toBe(cellNoise(3, 4, 1));
});

test('smoothstep is level at both ends', () => {
  expect([-1, 0, 0.5, 1, 2].map((x) => smoothstep(0, 1, x))).toEqual([0, 0, 0.5, 1, 1]);
});
