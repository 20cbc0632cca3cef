import { readFile } from 'node:fs/promises';
import { drawColorShift, imagenetRgbPca } from '@alexnet/augment-pca';
import { randomStream } from '@alexnet/random';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { colorNoiseFigure, layout, readings } from './color-noise-figure.js';

const docs = new URL('../', import.meta.url);
const pixelsOf = (png: Buffer) => sharp(png).raw().toBuffer({ resolveWithObject: true });

test('the figure in the docs is what the script draws, within two gray levels', async () => {
  const kept = await readFile(new URL('images/colour-noise.png', docs));
  expect(kept.length).toBeLessThan(200_000);
  const [committed, drawn] = [await pixelsOf(kept), await pixelsOf(await colorNoiseFigure())];
  expect(drawn.info).toEqual(committed.info);
  const worst = drawn.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (committed.data[i] ?? 0))), 0);
  expect(worst).toBeLessThanOrEqual(2);
});

test('each image of a row is its first one, shifted by what drawColorShift returns on 0..255 and clipped', async () => {
  const { data, info } = await pixelsOf(await readFile(new URL('images/colour-noise.png', docs)));
  const { tile, gap, margin, top, row, heading } = layout;
  const at = (column: number, line: number, x: number, y: number): number =>
    ((top + line * row + heading + y) * info.width + margin + column * (tile + gap) + x) * info.channels;
  const scales = [
    { sigma: 0.1, scale: 'sqrt' }, // the program's
    { sigma: 0.1 / 255, scale: 'eigenvalue' }, // a l / 255^2, times 255
    { sigma: 0.1, scale: 'eigenvalue' },
  ] as const;
  let moved = 0;
  for (const [line, options] of scales.entries()) {
    for (let column = 1; column <= 6; column++) {
      const shift = drawColorShift(randomStream(2012, column - 1), imagenetRgbPca, options);
      for (const [x, y] of [
        [20, 10],
        [50, 64],
        [85, 100],
        [110, 120],
      ] as const) {
        for (const c of [0, 1, 2] as const) {
          const before = data[at(0, line, x, y) + c] as number;
          const expected = Math.min(255, Math.max(0, before + shift[c]));
          expect(Math.abs((data[at(column, line, x, y) + c] as number) - expected)).toBeLessThanOrEqual(0.5);
          if (Math.abs(expected - before) > 1) moved++;
        }
      }
    }
  }
  expect(moved).toBeGreaterThan(100);
  expect(readings.map(({ sigma, scale }) => ({ sigma, scale }))).toEqual(scales);
});

test('the numbers in docs/colour-noise.md match the components', async () => {
  const page = await readFile(new URL('colour-noise.md', docs), 'utf8');
  for (const { title, sigma, scale } of readings) {
    const along = imagenetRgbPca.eigenvalues.map((l) => sigma * (scale === 'sqrt' ? Math.sqrt(l) : l));
    const shown = along.map((deviation) => deviation.toFixed(deviation < 100 ? 2 : 0));
    const row = page.split('\n').find((line) => line.includes(title));
    expect(
      row
        ?.split('|')
        .slice(3, 6)
        .map((cell) => cell.trim()),
    ).toEqual(shown);
  }
});
