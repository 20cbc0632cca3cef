import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '@alexnet/campaign/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experiments } from './experiments.js';
import { runCli } from './program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alexnet-tiny-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(experiments.map(({ name }) => name))('%s runs from the data to its figure', async (name) => {
  const { code, stdout, stderr } = await runHere(runCli, [
    ...[name, '--smoke', '--out', folder, '--seeds', '2', '--json'],
  ]);
  expect([code, stderr.includes('Error')]).toEqual([0, false]);
  const { finished, planned, figures, lines } = JSON.parse(stdout);
  expect(finished).toBe(planned);
  expect(lines.length).toBeGreaterThan(planned - 1);
  for (const file of figures) expect(existsSync(file), file).toBe(true);
});

test('a finished run has its pictures: kernels, most probable labels, nearest images', async () => {
  const runs = join(folder, 'comparisons-smoke', 'runs');
  const [kernels, neighbours] = await Promise.all(
    ['figure3.png', 'figure4-right.png'].map((name) =>
      sharp(join(runs, `original2012-seed1.${name}`)).metadata(),
    ),
  );
  // two towers of 2 kernels of 11 x 11 weights, 6 pixels each, in rows of their own; 5 queries beside 6 neighbours
  expect([kernels?.width, kernels?.height]).toEqual([2 * 69 - 3, 2 * 69 - 3]);
  expect([neighbours?.width, neighbours?.height]).toEqual([128 + 20 + 6 * 132 - 4, 5 * 132 - 4]);
  const page = await readFile(join(runs, 'original2012-seed1.figure4-left.html'), 'utf8');
  expect(page.match(/<img /g)?.length).toBe(8);
});
