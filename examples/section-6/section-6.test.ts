import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = join(import.meta.dirname, 'section-6.mjs');
const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').replaceAll('\\*', '*');
const run = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args]);

let folder: string;
let output: { stdout: string; stderr: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alexnet-section-6-'));
  output = await run('--smoke', '--seed', '1', '--out', folder);
}, 240_000); // on wasm, if there is no oneDNN
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => join(folder, 'seed-1', name);
interface Saved {
  weightsManifest: { weights: { name: string; shape: number[] }[] }[];
}
interface Weight {
  name: string;
  shape: number[];
  values: Float32Array;
}
/** The weights of a saved net, in its order. */
function weightsOf(net: string): Weight[] {
  const { weightsManifest } = JSON.parse(readFileSync(file(`${net}/model.json`), 'utf8')) as Saved;
  const bytes = readFileSync(file(`${net}/weights.bin`));
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  let offset = 0;
  const weights = weightsManifest
    .flatMap(({ weights }) => weights)
    .map(({ name, shape }) => {
      const begin = offset;
      offset += shape.reduce((product, size) => product * size, 1);
      return { name, shape, values: floats.slice(begin, offset) };
    });
  expect(offset).toBe(floats.length);
  return weights;
}
/** 1 for equal directions; a few hundredths for two draws of a few hundred weights. */
function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0); // biome-ignore format: one line
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test('pre-trains on classes that are not in the target, and transfers all but the last layer', () => {
  const { others, target } = JSON.parse(readFileSync(file('results.json'), 'utf8'));
  expect([others.length, target.length]).toEqual([7, 3]);
  expect(others.filter((wnid: string) => target.includes(wnid))).toEqual([]);
  const [before, after] = [weightsOf('pretrained'), weightsOf('fine-tuned')];
  expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  expect(before.map(({ name }) => name)).toContain('conv6b/kernel');
  for (const [i, { name, shape, values }] of after.entries()) {
    const { shape: earlier = [], values: pretrained = values } = before[i] ?? {};
    if (name.startsWith('fc8')) expect([earlier.at(-1), shape.at(-1)]).toEqual([7, 3]);
    else if (name.endsWith('kernel')) expect(cosine(values, pretrained), name).toBeGreaterThan(0.9);
  }
  const carried = before.length - 2;
  expect(output.stderr).toContain(`transferred: ${carried} weights; fresh: fc8/kernel, fc8/bias`);
});

test('prints a row for every net and average in results.json', () => {
  const { results } = JSON.parse(readFileSync(file('results.json'), 'utf8'));
  const rows = output.stdout.trim().split('\n').slice(1, -1);
  expect(rows).toHaveLength(results.length);
  for (const [i, { nets, errors, error }] of results.entries()) {
    const value = error ?? errors.reduce((a: number, b: number) => a + b) / errors.length;
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
    expect(rows[i]).toMatch(new RegExp(`^${nets.replace('*', '\\*')} +.*${(100 * value).toFixed(1)}%`));
    expect(readme).toContain(nets.replace(/^\d+ /, ''));
  }
});

test('refuses a target class that does not exist', async () => {
  await expect(run('--smoke', '--out', folder, '--target', 'n1')).rejects.toThrow(
    '--target: there is no class n1',
  );
});
