import { expect, test } from 'vitest';
import type { LayerSummary } from './layer-summaries.js';
import { type EpochLayers, layersFigure } from './layers-figure.js';
import { layersTable } from './layers-table.js';

const layer = (name: string, own: Partial<LayerSummary> = {}): LayerSummary => ({
  name,
  mean: -0.0625,
  standardDeviation: 12,
  largest: 1234.4,
  zeros: 0.25,
  deadUnits: 0.0625,
  weight: 0.02,
  update: 0.000031,
  updateRatio: 0.00155,
  nonFinite: 0,
  ...own,
});
const epochs = (count: number): EpochLayers[] =>
  Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    layers: ['conv1a', 'conv1b', 'conv2', 'fc8'].map((name) => layer(name, { updateRatio: 0.01 / (i + 1) })),
  }));

test('three plots have a line per layer and tower, one colour per layer, and dashed lines for tower B', async () => {
  const html = await layersFigure(epochs(4));
  const svgs = html.split('<svg').slice(1);
  expect(svgs).toHaveLength(3);
  for (const [i, title] of ['update / weight', 'activations', 'zeros after the ReLU'].entries()) {
    expect(svgs[i]).toContain(`>${title}</text>`);
    const lines = [...(svgs[i]?.matchAll(/<path[^>]*aria-roledescription="line mark"[^>]*>/g) ?? [])].join();
    expect(lines.match(/stroke="#4672c4"/g)).toHaveLength(2);
    expect(lines.match(/stroke="#2b97b5"/g)).toHaveLength(1);
    expect(lines.match(/stroke="#2fa37c"/g)).toHaveLength(1);
    expect(lines.match(/stroke-dasharray="4,3"/g)).toHaveLength(1);
  }
  expect(html.match(/<li>/g)).toHaveLength(4); // conv1, conv2, fc8, tower B
});

test('the axis of the ratios has whole powers of ten and the usual band', async () => {
  const [ratios = ''] = (await layersFigure(epochs(4))).split('<svg').slice(1);
  const marks = [...ratios.matchAll(/>(1e-\d)<\/text>/g)].map(([, text]) => text);
  expect(marks).toEqual(['1e-4', '1e-3', '1e-2']);
  const band = /<path aria-label="low: 0.0003; high: 0.003"[^>]*d="M0,([\d.]+)h240v([\d.]+)h-240Z"/.exec(ratios); // biome-ignore format: one line
  const decade = 95; // pixels: 190 for two
  expect(Number(band?.[1])).toBeCloseTo(decade * Math.log10(1e-2 / 3e-3), 2);
  expect(Number(band?.[2])).toBeCloseTo(decade, 2);
});

test('values that are not finite, or have no logarithm, have no point and break nothing', async () => {
  const broken = {
    updateRatio: 0,
    standardDeviation: null,
    zeros: null,
    mean: Number.NaN,
    nonFinite: 70_000,
  };
  const html = await layersFigure([{ epoch: 1, layers: [layer('conv1', broken)] }]);
  expect(html).not.toContain('"line mark"');
  expect(html).not.toContain('NaN');
  const table = layersTable([layer('conv1', broken)]);
  expect(table).toContain('<b>70,000 not finite</b>');
  expect(table.match(/&ndash;/g)).toHaveLength(3);
});

test('the figure of a long run stays small and includes the last epoch', async () => {
  const html = await layersFigure(epochs(900));
  expect(html.length).toBeLessThan(120_000);
  expect(html.match(/L240,[\d.]+"/g)).toHaveLength(12); // four lines in each of three plots
});

test('the table has three digits, shares in percent and ratios in thousandths', () => {
  const cells = [...layersTable([layer('<fc6>')]).matchAll(/<td class="number">([^<]*)</g)].map(([, x]) => x);
  expect(cells).toEqual(['&minus;0.0625', '12.0', '1,234', '25.0%', '6.3%', '0.0200', '3.1e&minus;5', '1.55']); // biome-ignore format: one line
  expect(layersTable([layer('<fc6>')])).toContain('&lt;fc6&gt;');
});
