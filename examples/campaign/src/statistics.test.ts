import { expect, test } from 'vitest';
import { estimate, estimateRatio, pairsToSettle } from './statistics.js';

test('the interval of a mean is that of Student, by the table of 1908: t(.975, 4) = 2.776', () => {
  const { mean, low, high, n } = estimate([1, 2, 3, 4, 5]);
  expect([mean, n]).toEqual([3, 5]);
  expect(high - mean).toBeCloseTo(2.776 * Math.sqrt(2.5 / 5), 3);
  expect(mean - low).toBeCloseTo(high - mean, 12);
});

test('one value has no interval, and none is an error', () => {
  expect(estimate([2])).toEqual({ mean: 2, low: -Infinity, high: Infinity, n: 1 });
  expect(() => estimate([])).toThrow('values must hold at least one number (estimate), got none.');
});

test('of normal draws, 95% of the intervals hold the true mean', () => {
  let state = 7;
  const uniform = (): number => {
    state = (48271 * state) % 2147483647;
    return state / 2147483647;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const held = Array.from({ length: 4000 }, () => estimate([normal(), normal(), normal()])).filter(
    ({ low, high }) => low <= 0 && high >= 0,
  ).length;
  expect(held / 4000).toBeGreaterThan(0.935);
  expect(held / 4000).toBeLessThan(0.965);
});

test('ratios have a geometric mean', () => {
  const { mean, low, high } = estimateRatio([2, 8]);
  expect(mean).toBeCloseTo(4, 12);
  expect(low * high).toBeCloseTo(16, 9);
});

test('a difference is settled by as many pairs as its deviation asks for', () => {
  const differences = [1, -1, 2, 0, 1]; // mean .6, deviation 1.14
  const needed = pairsToSettle(differences) as number;
  expect(needed).toBe(17); // t(.975, 16) 1.14 / sqrt(17) = .586, with 16 pairs .607
  expect(pairsToSettle([1])).toBeUndefined();
  expect(pairsToSettle([1, -1])).toBe(Number.POSITIVE_INFINITY);
});
