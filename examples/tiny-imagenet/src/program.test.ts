import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '@alexnet/campaign/testing';
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
