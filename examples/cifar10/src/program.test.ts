import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '@alexnet/campaign/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experiments } from './experiments/experiments.js';
import { runCli } from './program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alexnet-cifar10-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const cifar10 = (...args: string[]) => runHere(runCli, args);
const smoke = (name: string, out: string, ...args: string[]) =>
  cifar10(name, '--smoke', '--out', join(folder, out), '--seeds', '2', ...args);
const runsOf = (out: string, name: string): string => join(folder, out, `${name}-smoke`, 'runs');
/** The epochs and ends of all runs, without times. */
const records = (path: string): string[] =>
  readdirSync(path)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) =>
      readFileSync(join(path, file), 'utf8')
        .replace(/"seconds":[^}]*/g, '')
        .replace(/"versions":.*/, ''),
    );

test.each(experiments.map(({ name }) => name))('%s runs from the data to its figure', async (name) => {
  const { code, stdout, stderr } = await smoke(name, 'whole', '--json');
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  const { finished, planned, figures, lines } = JSON.parse(stdout);
  expect(finished).toBe(planned);
  expect(lines.length).toBeGreaterThan(0);
  for (const file of figures) expect(existsSync(file), file).toBe(true);
  expect(readFileSync(figures[0], 'utf8')).toContain('<svg');
});

test('runs that the budget ends are resumed, with the same numbers', async () => {
  const [first] = experiments;
  const name = first?.name as string;
  let calls = 0;
  let last = { finished: 0, planned: 1 };
  while (last.finished < last.planned && calls++ < 60) {
    const { code, stdout } = await smoke(name, 'parts', '--json', '--budget', '0.01'); // .6 s
    expect(code).toBe(0);
    last = JSON.parse(stdout);
  }
  expect(calls).toBeGreaterThan(1);
  expect(records(runsOf('parts', name))).toEqual(records(runsOf('whole', name)));
});

test('--no-train summarizes what is there, and trains nothing', async () => {
  const [first] = experiments;
  const name = first?.name as string;
  const { code, stdout, stderr } = await smoke(name, 'whole', '--no-train', '--json');
  expect([code, stderr.includes('epoch')]).toEqual([0, false]);
  const { finished, planned } = JSON.parse(stdout);
  expect([finished > 0, finished]).toEqual([true, planned]);
  const other = JSON.parse((await smoke(name, 'nothing', '--no-train', '--json')).stdout);
  expect([other.finished, existsSync(join(folder, 'nothing', `${name}-smoke`, 'runs'))]).toEqual([0, false]);
});

test('a run without its checkpoint begins again, says so, and ends with the same numbers', async () => {
  const name = 'pooling';
  const path = join(folder, 'whole', 'comparisons-smoke', 'runs');
  const before = records(path);
  const file = join(path, 'base-seed1.jsonl');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  writeFileSync(file, `${lines.slice(0, 2).join('\n')}\n`);
  const { code, stderr } = await smoke(name, 'whole');
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('begins again, because its checkpoint is missing'),
  ]);
  expect(records(path)).toEqual(before);
});

test('refuses to resume with other settings or other images', async () => {
  const [first] = experiments;
  const file = join(
    runsOf('whole', first?.name as string),
    readdirSync(runsOf('whole', first?.name as string))[0] as string,
  );
  const before = readFileSync(file, 'utf8');
  const other = before.replace('"batchSize":128', '"batchSize":64');
  expect(other).not.toBe(before);
  writeFileSync(file, other);
  const { code, stderr } = await smoke(first?.name as string, 'whole');
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(`${file} is a run with other settings; use another --out.`),
  ]);
  writeFileSync(file, before);
});

test.each([
  [['figure9'], "command-argument value 'figure9' is invalid for argument 'experiment'"],
  [['figure1', '--budget', 'soon'], '--budget'],
  [['figure1', '--seeds', '0'], '--seeds'],
  [['figure1', '--data', '/nowhere'], '--data: there is no /nowhere.'],
])('%j is refused in one line', async (args, message) => {
  const { code, stderr } = await cifar10(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
