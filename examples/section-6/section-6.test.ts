import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = join(import.meta.dirname, 'section-6.mjs');
const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const run = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args]);

let folder: string;
let output: { stdout: string; stderr: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alexnet-section-6-'));
  output = await run('--smoke', '--seed', '1', '--out', folder);
}, 240_000); // on wasm, where there is no oneDNN
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => join(folder, 'seed-1', name);
interface Saved {
  weightsManifest: { weights: { name: string; shape: number[] }[] }[];
}
const shapesOf = (net: string): Record<string, number[]> => {
  const { weightsManifest } = JSON.parse(readFileSync(file(`${net}/model.json`), 'utf8')) as Saved;
  return Object.fromEntries(weightsManifest.flatMap(({ weights }) => weights).map(({ name, shape }) => [name, shape])); // biome-ignore format: one line
};

test('pre-trains on classes that the target has not, and carries over all but the last layer', () => {
  const { others, target } = JSON.parse(readFileSync(file('results.json'), 'utf8'));
  expect([others.length, target.length]).toEqual([7, 3]);
  expect(others.filter((wnid: string) => target.includes(wnid))).toEqual([]);
  const [before, after] = [shapesOf('pretrained'), shapesOf('fine-tuned')];
  expect(before['conv6a/kernel']?.slice(0, 2)).toEqual([3, 3]);
  expect(before['fc8/bias']).toEqual([7]);
  expect(after['fc8/bias']).toEqual([3]);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  const carried = Object.keys(before).length - 2;
  expect(output.stderr).toContain(`transferred: ${carried} weights; fresh: fc8/kernel, fc8/bias`);
  for (const net of ['pretrained', 'fine-tuned']) expect(statSync(file(`${net}/weights.bin`)).size).toBeGreaterThan(1e5); // biome-ignore format: one line
});

test('prints a row for every net and average, as results.json has them', () => {
  const { results } = JSON.parse(readFileSync(file('results.json'), 'utf8'));
  const rows = output.stdout.trim().split('\n').slice(1, -1);
  expect(rows).toHaveLength(results.length);
  for (const [i, { nets, errors, error }] of results.entries()) {
    const value = error ?? errors.reduce((a: number, b: number) => a + b) / errors.length;
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
    expect(rows[i]).toMatch(new RegExp(`^${nets.replace('*', '\\*')} +.*${(100 * value).toFixed(1)}%`));
    expect(readme).toContain(
      nets
        .replace(/^\d+ CNNs/, '')
        .trim()
        .replace(', averaged', ''),
    );
  }
});

test('refuses a target class that is not there', async () => {
  await expect(run('--smoke', '--out', folder, '--target', 'n1')).rejects.toThrow(
    '--target: there is no class n1',
  );
});
