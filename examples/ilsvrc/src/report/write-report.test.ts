import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunReport } from './run-report.js';
import { renderReport, writeReport } from './write-report.js';

const run: RunReport = {
  title: 'A run <of> "two" & more',
  results: [
    {
      views: 1,
      top1Error: 0.1523,
      top5Error: 0.004,
      images: 50_000,
      seconds: 4.25,
      imagesPerSecond: 118.7,
      backend: '<b>onednn</b>',
    },
    {
      views: 10,
      top1Error: 0.1284,
      top5Error: 0.002,
      images: 500,
      seconds: 40,
      imagesPerSecond: 1.25,
      backend: 'cpu',
    },
  ],
  steps: [
    { step: 1, epoch: 0, loss: 2.3, learningRate: 0.01 },
    { step: 2, epoch: 0, loss: 2.1, learningRate: 0.01 },
  ],
  epochs: [{ epoch: 1, trainLoss: 2.2, trainTop1Error: 0.8, learningRate: 0.01, imagesPerSecond: 1234.4 }],
  conv1: [{ shape: [11, 11, 3, 2], data: new Float32Array(726).fill(0.5) }],
  kernels: [],
  layers: [],
  predictions: [{ pixels: [255, 216, 0], trueLabel: 'mite', top5: [{ label: 'mite', probability: 0.9 }] }],
  preset: 'paper',
  changes: [],
  settings: {
    seed: 2012,
    resumed: false,
    limit: undefined,
    model: { width: 0.25, init: { 'conv<1>': 0.01 } },
    schedule: { rates: [0.01, 0.001], drops: [{ epoch: 18 }], none: {} },
  },
  environment: { node: '20.20.2', '@alexnet/lrn': '0.1.0' },
};
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'alexnet-report-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('writes one complete file and leaves no temporary file', async () => {
  await writeReport(join(dir, 'report.html'), run);
  expect(await readdir(dir)).toEqual(['report.html']);
  const html = await readFile(join(dir, 'report.html'), 'utf8');
  expect(html).toMatch(/^<!doctype html>/);
  expect(html.trimEnd()).toMatch(/<\/html>$/);
});

test('a report that cannot be rendered leaves the old one unchanged', async () => {
  const path = join(dir, 'report.html');
  await writeReport(path, run);
  const before = await readFile(path, 'utf8');
  const broken = { ...run, conv1: [{ shape: [11, 11, 3, 9], data: [] }] } as const;
  await expect(writeReport(path, broken)).rejects.toThrow(RangeError);
  expect(await readFile(path, 'utf8')).toBe(before);
  await expect(writeReport(join(dir, 'missing', 'report.html'), run)).rejects.toThrow('ENOENT');
  expect(await readdir(dir)).toEqual(['report.html']);
});

test('loads nothing from elsewhere and runs no script', async () => {
  const html = await renderReport(run);
  expect(html).toContain(`default-src 'none'`);
  expect(html).not.toMatch(/<script|<link|@import|url\(/i);
  for (const match of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(match[1]).toMatch(/^data:image\//);
});

test('contains the results, settings at every depth, and versions', async () => {
  const html = await renderReport(run);
  for (const text of ['15.2%', '0.4%', '50,000', '12.8%', '>119<', '>1.3<', 'one view', 'ten views']) {
    expect(html).toContain(text);
  }
  expect(html).toContain('1 epoch, 2 steps, 1,234 images/s');
  const rows = [...html.matchAll(/<th scope="row">([^<]*)<\/th><td>([^<]*)<\/td>/g)].map(
    ([, name, value]) => `${name} = ${value}`,
  );
  expect(rows).toEqual([
    'seed = 2012',
    'resumed = no',
    'limit = not set',
    'width = 0.25',
    'init.conv&lt;1&gt; = 0.01',
    'rates = [0.01,0.001]',
    'drops.0.epoch = 18',
    'none = none',
    'node = 20.20.2',
    '@alexnet/lrn = 0.1.0',
  ]);
});

test('all text is escaped', async () => {
  const html = await renderReport(run);
  expect(html).toContain('<title>A run &lt;of&gt; &quot;two&quot; &amp; more</title>');
  expect(html).toContain('<td>&lt;b&gt;onednn&lt;/b&gt;</td>');
  expect(html).not.toContain('<b>');
});

test('sections without data are left out', async () => {
  const empty = { ...run, results: [], steps: [], epochs: [], conv1: [], predictions: [] };
  const html = await renderReport(empty);
  const headings = [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map((match) => match[1]);
  expect(headings).toEqual(['Changed settings', 'Settings', 'Environment']);
});
