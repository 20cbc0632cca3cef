import { expect, test } from 'vitest';
import { curvesFigure } from './curves-figure.js';
import { dropMarks, formatRate, rateDrops } from './rate-drops.js';

const labelsOf = (drops: readonly number[], end: number, width: number): number[] => {
  const rates = drops.map((x, i) => ({ x, learningRate: 0.1 ** (i + 3) }));
  const [, text] = dropMarks(rates, end, { width, height: 200 }) as {
    data: { values: { label: number }[] };
  }[];
  return text?.data.values.map(({ label }) => (label * width) / end) ?? [];
};

test('only a lower rate is a drop', () => {
  const rates = [0.01, 0.01, 0.001, 0.002, 0.0002, 0.0002].map((learningRate, x) => ({ x, learningRate }));
  expect(rateDrops(rates).map(({ x }) => x)).toEqual([2, 4]);
  expect(rateDrops([])).toEqual([]);
  expect([0.01, 0.1 * 0.1 * 0.1, 1e-5, 0].map(formatRate)).toEqual(['0.01', '0.001', '1e-5', '0']);
});

test('labels that are far apart are at their lines', () => {
  expect(labelsOf([10, 50], 100, 400).map(Math.round)).toEqual([40, 200]);
});

test('labels of close drops are 14 pixels apart, in order and within the plot', () => {
  for (const drops of [
    [10, 10.5, 11, 12],
    [97, 98, 99, 99.5],
    [1, 2, 98, 100],
  ]) {
    // biome-ignore format: one line
    const places = labelsOf(drops, 100, 300);
    for (const [i, place] of places.entries()) {
      expect(place - (places[i - 1] ?? -7)).toBeGreaterThanOrEqual(14 - 1e-9);
      expect(place).toBeLessThanOrEqual(300 - 7);
    }
  }
});

test('four drops within four of ninety epochs have four legible labels above the plot', async () => {
  const rateOf = (epoch: number): number => 0.01 * 0.1 ** Math.max(0, Math.min(4, epoch - 40));
  const epochs = Array.from({ length: 90 }, (_, i) => ({ epoch: i + 1, trainLoss: 1, trainTop1Error: 0.5, learningRate: rateOf(i + 1), imagesPerSecond: 1 })); // biome-ignore format: one line
  const svg = await curvesFigure({ steps: [], epochs });
  const places = [...svg.matchAll(/translate\(([\d.]+),-4\) rotate\(90\)[^>]*>rate ([^<]*)</g)];
  expect(places.map(([, , rate]) => rate)).toEqual(['0.001', '0.0001', '1e-5', '1e-6']);
  const xs = places.map(([, x]) => Number(x));
  for (let i = 1; i < xs.length; i++) expect((xs[i] ?? 0) - (xs[i - 1] ?? 0)).toBeGreaterThan(13);
});
