/** Checks for docs/errata.md of the color noise. */
import { randomStream } from '@alexnet/random';
import { expect, test } from 'vitest';
import { type ColorShiftOptions, drawColorShift, imagenetRgbPca } from './index.js';

const { eigenvalues, eigenvectors } = imagenetRgbPca;
const draws = 20_000;
/** Standard deviation of `value` over the draws; the estimate itself is off by .5%. */
function deviation(value: (draw: number) => number): number {
  let [sum, squares] = [0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const v = value(draw);
    sum += v;
    squares += v * v;
  }
  return Math.sqrt(squares / draws - (sum / draws) ** 2);
}
const alongFirst = (color: readonly number[]): number =>
  color.reduce((sum, v, c) => sum + v * (eigenvectors[c as 0 | 1 | 2][0] as number), 0);
const noise = (draw: number, options: ColorShiftOptions): number[] =>
  drawColorShift(randomStream(3, draw), imagenetRgbPca, options);

test('on grey levels the printed noise has a deviation of 1483, with square roots one of 12', () => {
  const printed = deviation((draw) => alongFirst(noise(draw, { scale: 'eigenvalue' })));
  const asRun = deviation((draw) => alongFirst(noise(draw, { scale: 'sqrt' })));
  expect(printed).toBeGreaterThan(1483 * 0.97);
  expect(printed).toBeLessThan(1483 * 1.03);
  expect(asRun).toBeGreaterThan(12.18 * 0.97);
  expect(asRun).toBeLessThan(12.18 * 1.03);
});

test('the copied .2175, .0188, .0045 are variances on 0..1, not deviations', () => {
  [0.2175, 0.0188, 0.0045].forEach((copied, i) => {
    const variance = (eigenvalues[i as 0 | 1 | 2] as number) / 255 ** 2;
    expect(copied / variance).toBeGreaterThan(0.7);
    expect(copied / variance).toBeLessThan(1);
    expect(Math.sqrt(variance) / copied).toBeGreaterThan(2);
  });
});

test('noise of sigma .1 widens the colours by half a percent, so dividing by 1.1 leaves them 9% narrower', () => {
  const spread = Math.sqrt(eigenvalues[0]);
  const color = (draw: number): number => spread * randomStream(4, draw).normal();
  const noisy = (draw: number): number => color(draw) + alongFirst(noise(draw, { scale: 'sqrt' }));
  const before = deviation(color);
  expect(deviation(noisy) / before).toBeCloseTo(Math.sqrt(1 + 0.1 ** 2), 2); // 1.005
  expect(deviation((draw) => noisy(draw) / 1.1) / before).toBeCloseTo(0.914, 2);
});
