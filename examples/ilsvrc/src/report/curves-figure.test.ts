import { expect, test } from 'vitest';
import { curvesFigure } from './curves-figure.js';

const steps = Array.from({ length: 90 }, (_, i) => ({
  step: i + 1,
  epoch: Math.floor(i / 10),
  loss: 2.3 - i / 60,
  learningRate: i < 50 ? 0.01 : 0.001,
}));
const epochs = Array.from({ length: 9 }, (_, i) => ({
  epoch: i + 1,
  trainLoss: 2 - i / 9,
  trainTop1Error: 0.9 - i / 10,
  validationTop1Error: i === 8 ? undefined : 0.8 - i / 10,
  validationTop5Error: 0.4 - i / 30,
  learningRate: i < 5 ? 0.01 : 0.001,
  imagesPerSecond: 100,
}));

test('draws both loss curves, the three errors and the drops of the learning rate', async () => {
  const svg = await curvesFigure({ steps, epochs });
  expect(svg).toMatch(/^<svg[^>]*viewBox/);
  for (const text of ['training loss', 'step', 'epoch', 'error (%)', 'rate 0.001']) {
    expect(svg).toContain(`>${text}</text>`);
  }
  for (const series of ['training top-1', 'validation top-1', 'validation top-5']) {
    expect(svg).toContain(`>${series}</text>`);
  }
  expect(svg).toContain('loss of each step');
  expect(svg).toContain('moving average of the loss');
  for (const colour of ['#4c78a8', '#d6456b', '#e8a33d']) expect(svg).toContain(`stroke="${colour}"`);
  expect(svg.match(/>rate 0\.001</g)).toHaveLength(2); // one per plot
  expect(svg).toContain('currentColor');
});

test('side by side, the figure is wider than it is high', async () => {
  const size = (svg: string) => /width="(\d+)" height="(\d+)"/.exec(svg)?.slice(1).map(Number) ?? [];
  const [rowWidth = 0, rowHeight = 0] = size(await curvesFigure({ steps, epochs }, { direction: 'row' }));
  const [columnWidth = 0, columnHeight = 0] = size(await curvesFigure({ steps, epochs }));
  expect(rowWidth).toBeGreaterThan(2 * rowHeight);
  expect(columnHeight).toBeGreaterThan(columnWidth);
});

test('the figure of a long run stays small', async () => {
  const long = Array.from({ length: 100_000 }, (_, i) => ({
    step: i,
    epoch: 0,
    loss: 1 + (i % 7) / 10,
    learningRate: 0.01,
  }));
  const svg = await curvesFigure({ steps: long, epochs });
  expect(svg.length).toBeLessThan(80_000);
});

test('a run without a complete epoch, or without a finite loss, is drawn too', async () => {
  expect(await curvesFigure({ steps: steps.slice(0, 3), epochs: [] })).toContain('</svg>');
  const lost = steps.map((step) => ({ ...step, loss: Number.NaN }));
  expect(await curvesFigure({ steps: lost, epochs })).toContain('</svg>');
});
