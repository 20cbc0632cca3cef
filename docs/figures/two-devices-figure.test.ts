import { readFile } from 'node:fs/promises';
import { partition } from '@alexnet/alexnet-model';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { towerLayers } from './tower-layers.js';
import { twoDevicesFigure } from './two-devices-figure.js';

const docs = new URL('../', import.meta.url);

test('the figure in the docs is what the script draws', async () => {
  expect(await readFile(new URL('images/two-devices.svg', docs), 'utf8')).toBe(await twoDevicesFigure());
});

test('its layers have the names, shapes, kernels and parameters of the towers', async () => {
  const overrides = { width: 1 / 16, classes: 7 };
  const pairs = await towerLayers(overrides);
  const { tower } = await partition('paper', overrides);
  for (const index of [0, 1] as const) {
    const part = tower(index);
    const withWeights = part.layers.filter(({ weights }) => weights.length > 0);
    const expected = withWeights.map(({ name, outputShape, weights }) => ({
      name,
      shape: (outputShape as number[]).slice(1),
      reads: weights[0]?.shape.slice(0, -1),
      parameters: weights.reduce(
        (sum, { shape }) => sum + shape.reduce<number>((n, side) => n * (side ?? 0), 1),
        0,
      ),
    }));
    expect(pairs.flatMap(({ towers }) => towers[index] ?? [])).toEqual(expected);
    part.dispose();
  }
  expect(pairs.flatMap(({ exchange }) => exchange?.from ?? [])).toEqual(['pool2', 'pool5', 'fc6', 'fc7']);
});

test("its table adds up to the partition's bytes, and to the numbers on the page", async () => {
  const figure = await twoDevicesFigure();
  const [a, b] = (await partition('paper')).bytesPerStep(128);
  const expected = [a?.forward, b?.forward, a?.backward, b?.backward].map((bytes) => (bytes ?? 0) / 1e6);
  const rows = ['values, A to B', 'values, B to A', 'gradients, A to B', 'gradients, B to A'].map((name) => {
    const [, row = ''] = figure.split(`>${name}<`);
    const cells = row.split('\n').slice(1, 6);
    return cells.map((cell) => Number(/>([\d.–]+)</.exec(cell)?.[1]?.replace('–', '0')));
  });
  for (const [i, row] of rows.entries()) {
    const sum = row.slice(0, 4).reduce((total, cell) => total + cell, 0);
    expect(sum).toBeCloseTo(expected[i] as number, 0); // of rounded numbers
    expect(row[4]).toBe(Number(expected[i]?.toFixed(1)));
  }
  const page = await readFile(new URL('two-devices.md', docs), 'utf8');
  const all = ((a?.forward ?? 0) + (a?.backward ?? 0)) / 1e6;
  expect(page).toContain(`${all.toFixed(1)} MB in a step of 128 images`);
  expect(page).toContain(`${expected[0]?.toFixed(1)} and ${expected[2]?.toFixed(1)} of values and gradients`);
});
