import { RgbCovariance } from '@alexnet/augment-pca';
import { randomStream } from '@alexnet/random';
import { expect, test } from 'vitest';
import { TrainingStatistics } from './training-statistics.js';

function images(count: number, size: number): Uint8Array[] {
  const stream = randomStream(3, size);
  const draw = (): Uint8Array => Uint8Array.from({ length: size * size * 3 }, () => 256 * stream.uniform());
  return Array.from({ length: count }, draw);
}

test.each([1, 3, 4])('sums of %i x %i images equal those of a plain loop, past every overflow', (size) => {
  const all = [...images(600, size), ...Array(300).fill(new Uint8Array(size * size * 3).fill(255))];
  const statistics = new TrainingStatistics(size);
  const plain = new Float64Array(size * size * 3);
  const covariance = new RgbCovariance();
  for (const [i, pixels] of all.entries()) {
    // the position of an image in memory does not matter
    statistics.add(i % 3 === 0 ? Buffer.concat([Buffer.from('x'), pixels]).subarray(1) : pixels);
    for (const [j, value] of pixels.entries()) plain[j] = (plain[j] ?? 0) + value;
    covariance.add(pixels);
  }
  expect(statistics.sums()).toEqual({ images: 900, pixels: plain, covariance: covariance.toJSON() });
  expect([...statistics.meanImage()]).toEqual([...plain].map((sum) => Math.fround(sum / 900)));
});

test('an image with more pixels than 32-bit sums of products can hold is summed correctly', () => {
  const size = 1000; // 10^6 pixels of -128 * -128: 1.6e10
  const statistics = new TrainingStatistics(size);
  statistics.add(new Uint8Array(size * size * 3));
  const covariance = new RgbCovariance().add(new Uint8Array(size * size * 3));
  expect(statistics.sums().covariance).toEqual(covariance.toJSON());
});

test('parts merged in any order equal the whole', () => {
  const all = images(40, 5);
  const of = (list: readonly Uint8Array[]): TrainingStatistics => {
    const statistics = new TrainingStatistics(5);
    for (const pixels of list) statistics.add(pixels);
    return statistics;
  };
  const merged = new TrainingStatistics(5);
  for (const [from, to] of [[30, 40], [0, 7], [7, 30]]) merged.merge(of(all.slice(from, to)).sums()); // biome-ignore format: one line
  expect(merged.sums()).toEqual(of(all).sums());
});
