import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunEvent } from '../run/run-event.js';
import { RunFolder } from '../run/run-folder.js';
import { temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const tiny = '--train-per-class 2 --val-per-class 2 --width 0.0625 --image-size 64 --batch-size 4 --epochs 3';
const run = () => new RunFolder(join(folder.path, 'runs/one'));
const reportOf = (folder: RunFolder): Promise<string> => readFile(folder.report, 'utf8');
const headingsOf = (html: string): string[] =>
  [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, heading]) => heading as string);
const everything = ['Validation error', 'Training', 'What the first layer learned', 'How the kernels developed', 'Inside the layers', 'What it sees', 'What it confuses', 'Changed settings', 'Settings', 'Environment']; // biome-ignore format: one line

type Values = ReadonlyMap<string, Float32Array>;
const rms = (values: Float32Array = new Float32Array()): number =>
  Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

/** Weights and velocities of the newest checkpoint, read from its files alone. */
async function lastCheckpoint(): Promise<{ weights: Values; velocities: Values }> {
  const path = await run().latestCheckpoint();
  const read = async (name: string) => readFile(join(path, name));
  const valuesOf = (bytes: Buffer, specs: readonly { name: string; shape: number[] }[]): Values => {
    let at = 0;
    const entries = specs.map(({ name, shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      const values = Float32Array.from({ length: size }, (_, i) => bytes.readFloatLE(at + 4 * i));
      at += 4 * size;
      return [name, values] as const;
    });
    expect(at).toBe(bytes.length);
    return new Map(entries);
  };
  const { weightsManifest } = JSON.parse((await read('model.json')).toString());
  const { velocities } = JSON.parse((await read('checkpoint.json')).toString());
  return {
    weights: valuesOf(await read('weights.bin'), weightsManifest[0].weights),
    velocities: valuesOf(await read('velocities.bin'), velocities),
  };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  const { code, stderr } = await inProcess(folder.path, `reproduce ${tiny} --out runs/one`);
  expect(code, stderr).toBe(0);
});
afterAll(() => folder.remove());

test('after every epoch the log has statistics of every layer, and an image of conv1 is kept', async () => {
  const events = await run().events();
  const ends = events.flatMap((event) => (event.type === 'epochEnd' ? [event] : []));
  const layers = events.flatMap((event) => (event.type === 'layers' ? [event] : []));
  expect(layers.map(({ epoch, step }) => [epoch, step])).toEqual(ends.map(({ epoch, step }) => [epoch, step])); // biome-ignore format: one line
  const names = layers[0]?.layers.map(({ name }) => name) ?? [];
  for (const name of ['conv1a', 'conv1b', 'relu1a', 'pool5b', 'fc6a', 'drop7', 'fc8', 'softmax']) {
    expect(names).toContain(name);
  }
  const softmax = layers.at(-1)?.layers.at(-1);
  expect(softmax?.activations.mean).toBeCloseTo(0.1, 6); // ten classes
  const saved = await lastCheckpoint();
  const weights = layers.at(-1)?.layers.flatMap((layer) => layer.weights) ?? [];
  expect(weights.map(({ name }) => name).sort()).toEqual([...saved.weights.keys()].sort());
  for (const { name, weight, update, ratio } of weights) {
    const expected = [rms(saved.weights.get(name)), rms(saved.velocities.get(name))] as const;
    expect(weight / expected[0]).toBeCloseTo(1, 4);
    expect(update / expected[1]).toBeCloseTo(1, 4);
    expect(ratio).toBeCloseTo(update / weight, 12);
  }
  const images = (await readdir(run().kernels)).sort();
  expect(images).toEqual(['epoch-001.png', 'epoch-002.png', 'epoch-003.png']);
  const { width, height } = await sharp(join(run().kernels, 'epoch-003.png')).metadata();
  expect([width, height]).toEqual([3 * 69 - 3, 2 * 69 - 3]); // three kernels of 11 x 11 per tower
});

test('the report shows all of it, how the run differs from its preset, and the machine', async () => {
  const html = await reportOf(run());
  expect(headingsOf(html)).toEqual(everything);
  expect(html).not.toContain('not finished');
  expect(html.match(/<figcaption>epoch \d<\/figcaption>/g)).toHaveLength(3);
  expect(html).toContain('<th scope="row">width</th><td class="quiet">1</td><td>0.0625</td>');
  for (const what of ['@alexnet/*', 'sharp', 'load', 'threads']) {
    expect(html).toContain(`<th scope="row">${what}</th>`);
  }
  expect(html.length).toBeLessThan(1_000_000);
});

test('the report is redrawn from the folder with the same numbers', async () => {
  const before = await reportOf(run());
  await rm(run().report);
  const { code, stdout, stderr } = await inProcess(
    folder.path,
    'report --run runs/one --data data/embedded-2-2-prepared',
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toBe(`${run().report}\n`);
  const withoutSpeed = (html: string): string =>
    html.replaceAll(/(<td class="number">[\d.,]+<\/td>\s*)+<td>\w+<\/td>/g, '');
  expect(withoutSpeed(await reportOf(run()))).toBe(withoutSpeed(before));
});

test('a run that has not ended has a report too, which says how far it is', async () => {
  const end = ({ type }: RunEvent): boolean => type === 'evaluation' || type === 'end';
  const last = (event: RunEvent): boolean => 'epoch' in event && event.epoch === 2;
  await run().keepEvents((event) => !end(event) && !last(event));
  const { code, stderr } = await inProcess(folder.path, 'report --run runs/one');
  expect(code, stderr).toBe(0);
  const html = await reportOf(run());
  expect(html).toContain(
    'not finished; validation error and kernels are from step 15</b>; 2 epochs, 10 steps',
  );
  expect(headingsOf(html)).toEqual(everything);
});

test('a folder without a run or a checkpoint is refused in one line', async () => {
  const none = await inProcess(folder.path, 'report --run runs');
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringMatching(/^alexnet: .*runs is not a run folder: events\.jsonl is missing\.\n$/),
  ]);
  await rm(run().checkpoints, { recursive: true });
  const bare = await inProcess(folder.path, 'report --run runs/one');
  expect(bare.code).toBe(2);
  expect(bare.stderr.trim().split('\n').at(-1)).toMatch(/^alexnet: .*one has no checkpoint yet\.$/);
});
