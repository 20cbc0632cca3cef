import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wilsonInterval } from './index.js';

const fixture = new URL('../fixtures/wilson.json', import.meta.url);
const { z, cases } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  z: number;
  cases: { wrong: number; images: number; interval: [number, number] }[];
};

test.each(cases)(
  'the interval of $wrong in $images matches a bisection in 50-digit decimals',
  ({ wrong, images, interval }) => {
    const found = wilsonInterval(wrong / images, images);
    expect(found[0]).toBeCloseTo(interval[0], 13);
    expect(found[1]).toBeCloseTo(interval[1], 13);
    expect(wilsonInterval(wrong / images, images, { z })).toEqual(found);
  },
);

test('no image gives 0 to 1, and fewer deviations give a narrower interval', () => {
  expect(wilsonInterval(Number.NaN, 0)).toEqual([0, 1]);
  const [low, high] = wilsonInterval(0.3, 100, { z: 1 });
  const [lower, higher] = wilsonInterval(0.3, 100);
  expect([lower < low, low < 0.3, 0.3 < high, high < higher]).toEqual([true, true, true, true]);
});

test('refuses errors outside 0 .. 1 and bad numbers of images', () => {
  expect(() => wilsonInterval(40.7, 100)).toThrow('error must be in 0 .. 1 (wilsonInterval), got 40.7.');
  expect(() => wilsonInterval(Number.NaN, 100)).toThrow('got NaN.');
  expect(() => wilsonInterval(0.5, 1.5)).toThrow(
    'images must be a whole number >= 0 (wilsonInterval), got 1.5.',
  );
  expect(() => wilsonInterval(0.5, 10, { z: 0 })).toThrow('z must be a finite number > 0');
});
