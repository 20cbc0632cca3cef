import fc from 'fast-check';
import { expect, test } from 'vitest';
import { permutation, randomStream } from './index.js';

const draws = (count: number, ...keys: [number, ...number[]]): number[] => {
  const stream = randomStream(...keys);
  return Array.from({ length: count }, () => stream.uint32());
};

test('the same keys give the same draws, whatever other streams draw', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 4 }), (keys) => {
      const first = draws(8, ...(keys as [number]));
      draws(3, 1);
      expect(draws(8, ...(keys as [number]))).toEqual(first);
    }),
  );
});

test('neighboring keys give streams without a common draw', () => {
  const seen = new Set<number>();
  for (let epoch = 0; epoch < 20; epoch++)
    for (let image = 0; image < 50; image++) for (const d of draws(1, 7, epoch, image)) seen.add(d);
  for (let image = 0; image < 50; image++) for (const d of draws(1, 7, image)) seen.add(d);
  expect(seen.size).toBeGreaterThan(1045); // 1050 draws of 32 bits: a collision has probability 1e-4
});

test('keys above 2^32 and negative keys are distinct', () => {
  expect(draws(2, 1)).not.toEqual(draws(2, 1 + 2 ** 32));
  expect(draws(2, -1)).not.toEqual(draws(2, 1));
});

test('uniform and integer draws are spread evenly (chi-square, 99.9%)', () => {
  const stream = randomStream(3);
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 32_000; i++) {
    const bin = i % 2 ? stream.integer(16) : Math.floor(stream.uniform() * 16);
    counts[bin] = (counts[bin] as number) + 1;
  }
  const chi2 = counts.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
  expect(chi2).toBeLessThan(37.7); // 15 degrees of freedom
});

test('normal draws have mean 0, standard deviation 1 and normal tails', () => {
  const stream = randomStream(4);
  const n = 100_000;
  let sum = 0;
  let squares = 0;
  let beyondTwo = 0;
  for (let i = 0; i < n; i++) {
    const z = stream.normal();
    sum += z;
    squares += z * z;
    if (Math.abs(z) > 2) beyondTwo++;
  }
  expect(Math.abs(sum / n)).toBeLessThan(0.012);
  expect(Math.abs(squares / n - 1)).toBeLessThan(0.02);
  expect(Math.abs(beyondTwo / n - 0.0455)).toBeLessThan(0.003);
});

test('a permutation has every number once and depends on its stream', () => {
  const order = permutation(1000, randomStream(5, 0));
  expect([...order].sort((x, y) => x - y)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(permutation(1000, randomStream(5, 1))).not.toEqual(order);
  expect(permutation(1000, randomStream(5, 0))).toEqual(order);
});

test('errors name the rule and the bad value', () => {
  expect(() => randomStream(1.5)).toThrow('seed and keys must be safe integers (randomStream), got 1.5.');
  expect(() => randomStream(1, Number.NaN)).toThrow(RangeError);
  expect(() => randomStream(1).integer(0)).toThrow('got 0.');
  expect(() => permutation(-1, randomStream(1))).toThrow(RangeError);
});
