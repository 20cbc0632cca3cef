import { readFileSync } from 'node:fs';
import { randomStream } from '@alexnet/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitRgbPca, RgbCovariance } from './index.js';

const axes = [0, 1, 2] as const;

/** The definition, in two passes in float64. */
function direct(pixels: Uint8Array): { mean: number[]; covariance: number[][] } {
  const n = pixels.length / 3;
  const mean = axes.map((c) => pixels.reduce((sum, v, i) => (i % 3 === c ? sum + v : sum), 0) / n);
  const covariance = axes.map((r) =>
    axes.map((c) => {
      let sum = 0;
      for (let i = 0; i < pixels.length; i += 3) {
        sum +=
          ((pixels[i + r] as number) - (mean[r] as number)) *
          ((pixels[i + c] as number) - (mean[c] as number));
      }
      return sum / n;
    }),
  );
  return { mean, covariance };
}

const image = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => {
  const whole = new Uint8Array(Math.ceil(bytes.length / 3) * 3);
  whole.set(bytes);
  return whole;
});

test('mean and covariance equal the two-pass definition', () => {
  fc.assert(
    fc.property(image, (pixels) => {
      const found = new RgbCovariance().add(pixels);
      const { mean, covariance } = direct(pixels);
      expect(found.count).toBe(pixels.length / 3);
      for (const r of axes) {
        expect(found.mean[r]).toBeCloseTo(mean[r] as number, 10);
        for (const c of axes) expect(found.covariance[r][c]).toBeCloseTo(covariance[r]?.[c] as number, 8);
      }
    }),
  );
});

test('the brightest images of any size are summed exactly', () => {
  for (const pixels of [65_535, 65_536, 65_537, 200_000]) {
    const white = new RgbCovariance().add(new Uint8Array(pixels * 3).fill(255)).toJSON();
    const [sum, product] = [127 * pixels, 127 * 127 * pixels];
    expect(white).toEqual({ count: pixels, sums: Array(3).fill(sum), products: Array(6).fill(product) });
  }
});

test('results are bit-identical in any order, with merges and through JSON', () => {
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 6 }), (images) => {
      const straight = new RgbCovariance();
      for (const pixels of images) straight.add(pixels);
      const merged = new RgbCovariance();
      for (const pixels of [...images].reverse()) {
        const one = new RgbCovariance().add(pixels);
        merged.merge(RgbCovariance.fromJSON(JSON.parse(JSON.stringify(one))));
      }
      expect(merged.toJSON()).toEqual(straight.toJSON());
      expect(merged.covariance).toEqual(straight.covariance);
    }),
  );
});

test('mean, covariance and components agree with NumPy, signs included', () => {
  const numpy = JSON.parse(readFileSync(new URL('../fixtures/rgb-pca.json', import.meta.url), 'utf8'));
  const pixels = Uint8Array.from(numpy.pixels);
  const found = new RgbCovariance().add(pixels.subarray(0, 120)).add(pixels.subarray(120));
  const { eigenvalues, eigenvectors } = fitRgbPca(found);
  const pairs = [
    [found.mean, numpy.mean],
    [found.covariance, numpy.covariance],
    [eigenvalues, numpy.eigenvalues],
    [eigenvectors, numpy.eigenvectors],
  ].map((pair) => pair.map((list) => list.flat() as number[]));
  for (const [ours = [], theirs = []] of pairs) {
    expect(ours.length).toBe(theirs.length);
    const scale = Math.hypot(...theirs);
    for (const [i, value] of ours.entries())
      expect(Math.abs(value - (theirs[i] as number)) / scale).toBeLessThan(1e-13);
  }
});

test('sums are still exact after 5e11 black pixels, where one more pixel changes them', () => {
  const count = 2.5e11;
  const half = { count, sums: Array(3).fill(-128 * count), products: Array(6).fill(128 ** 2 * count) };
  const both = RgbCovariance.fromJSON(half).merge(RgbCovariance.fromJSON(half));
  expect(both.covariance.flat()).toEqual(Array(9).fill(0));
  const { count: pixels, sums, products } = both.add(Uint8Array.of(127, 128, 129)).toJSON();
  expect(pixels).toBe(500_000_000_001);
  expect(sums).toEqual([-64_000_000_000_001, -64_000_000_000_000, -63_999_999_999_999]);
  expect(products.map((product) => product - 2 * 128 ** 2 * count)).toEqual([1, 0, -1, 0, 0, 1]);
});

test('fitRgbPca finds the axes along which the pixels were spread', () => {
  const stream = randomStream(6);
  const images = Array.from({ length: 20 }, () => {
    const pixels = new Uint8Array(300);
    for (let i = 0; i < 300; i += 3) {
      const [bright, warm] = [40 * stream.normal(), 10 * stream.normal()];
      for (const c of axes)
        pixels[i + c] = Math.round(128 + bright / Math.sqrt(3) + (c - 1) * (warm / Math.SQRT2));
    }
    return pixels;
  });
  const { eigenvalues, eigenvectors } = fitRgbPca(images);
  expect(Math.sqrt(eigenvalues[0])).toBeCloseTo(40, -1);
  expect(Math.sqrt(eigenvalues[1])).toBeCloseTo(10, -0.5);
  for (const c of axes) expect(eigenvectors[c][0]).toBeCloseTo(1 / Math.sqrt(3), 1);
  const gathered = new RgbCovariance();
  for (const pixels of images) gathered.add(pixels);
  expect(fitRgbPca(gathered)).toEqual({ eigenvalues, eigenvectors });
});
