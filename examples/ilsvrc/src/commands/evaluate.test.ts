import { mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawJpeg } from '@alexnet/embedded-ilsvrc';
import { readSubmission, submissionError, topKError } from '@alexnet/topk-metrics';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EvaluationResult } from '../evaluate/evaluation-result.js';
import { RunFolder } from '../run/run-folder.js';
import { alexnet, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';
import { npyReaders } from '../testing/read-npy.js';
import { sortedCopy } from '../testing/sorted-copy.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string): string => join(folder.path, name);

const evaluate = async (args: string): Promise<string> => {
  const { code, stdout, stderr } = await inProcess(folder.path, `evaluate ${args}`);
  expect(code, stderr).toBe(0);
  return stdout;
};
const evaluated = async (args: string): Promise<EvaluationResult[]> =>
  JSON.parse(await evaluate(`${args} --json`));
/** The fields that predictions from a file have too. */
const measured = ({ seconds, backend, views, crops, split, model, ...rest }: EvaluationResult) => rest;
const withoutWords = (result: EvaluationResult) =>
  JSON.parse(JSON.stringify(measured(result), (key, value) => (/words$/i.test(key) ? undefined : value)));

/** The evaluation of both runs together with ten views. */
let together: EvaluationResult[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  const small = '--train-per-class 1 --val-per-class 2 --width 0.0625 --batch-size 5 --image-size 64';
  for (const args of ['--out a', '--out b --preset paper --seed 1']) {
    const { code, stderr } = await alexnet(folder.path, `reproduce ${small} --epochs 1 ${args}`);
    expect(code, stderr).toBe(0);
  }
  together = await evaluated(
    '--run a --run b --views 10 --search-weights --predictions both.npy --submission both.txt',
  );
});
afterAll(() => folder.remove());

test('one view, ten and a grid for one run: a table with intervals, then the mistakes', async () => {
  const [table, worst, pairs, calibration] = (await evaluate('--run a --views 1,10,2x3')).split('\n\n');
  const rows = table?.split('\n').map((line) => line.trim().split(/\s{2,}/)) ?? [];
  expect(rows.map(([model, views]) => [model, views])).toEqual([
    ['model', 'views'],
    ['a', '1'],
    ['a', '10'],
    ['a', '12 (2x3)'],
    ['chance', '90.0%'],
  ]);
  const ten = together[0] as EvaluationResult;
  const shown = (share: number): string => (share * 100).toFixed(1);
  const [low, high] = ten.top1Interval.map(shown);
  expect(rows[2]?.[2]).toBe(`${shown(ten.top1Error)}% (${low} to ${high}%)`);
  expect(worst).toMatch(
    /^Worst classes by top-1 error \(a, 12 \(2x3\) views\)\n( +.*%\) {2}2 images {2}\w.*\n?){5}$/,
  );
  expect(pairs).toMatch(/^Confused most often.*\n( +[12] +\d+\.0% {2}\w[\w ]+ taken for \w.*\n?)+$/);
  expect(calibration).toMatch(/^Expected calibration error: \d+\.\d%\n$/);
});

test('without --run, the run in runs/ that was written to last is evaluated with one view and ten', async () => {
  await mkdir(at('kept/runs'), { recursive: true });
  for (const run of ['a', 'b']) await symlink(at(run), at(`kept/runs/${run}`));
  const kept = await inProcess(at('kept'), `evaluate --json --data-folder ${at('data')}`);
  expect(kept.code, kept.stderr).toBe(0);
  expect(JSON.parse(kept.stdout)).toMatchObject([
    { model: 'runs/b', views: 1, images: 20 },
    { model: 'runs/b', views: 10, images: 20 },
  ]);
  const none = await inProcess(at('kept/runs'), 'evaluate --views 1');
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(
    /there is no run in runs\/; choose what to evaluate with --run, --weights or --from\./,
  );
});

test('two runs: each alone, their average, and searched weights on images they were not searched on', async () => {
  expect(together.map(({ model, images, isOtherHalf }) => [model, images, isOtherHalf])).toEqual([
    ['a', 20, undefined],
    ['b', 20, undefined],
    ['average', 20, undefined],
    ['average', 10, true],
    ['searched average', 10, true],
  ]);
  for (const row of together) {
    expect(row).toMatchObject({ split: 'val', views: 10, crops: '10' });
    const [low, high] = row.top1Interval;
    expect(low).toBeLessThanOrEqual(row.top1Error);
    expect(high).toBeGreaterThanOrEqual(row.top1Error);
    expect(row.worstClasses[0]?.words).toMatch(/\w/);
  }
  const [a, b, average, equal, searched] = together as [EvaluationResult, EvaluationResult, EvaluationResult, EvaluationResult, EvaluationResult]; // biome-ignore format: one line
  for (const row of [a, b]) {
    const events = await new RunFolder(at(row.model)).events();
    const { top1Error, top5Error, images } = row;
    expect(events.at(-1)).toMatchObject({ type: 'evaluation', views: 10, top1Error, top5Error, images });
  }
  expect(average.weights).toEqual([0.5, 0.5]);
  expect(equal.weights).toEqual([0.5, 0.5]);
  expect(searched.weights?.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  expect(Math.max(a.seconds ?? 0, b.seconds ?? 0)).toBeLessThan(average.seconds ?? 0);
});

test.for(npyReaders)('%s reads the predictions and finds the reported errors', async ([, read], context) => {
  const rows = await read(at('both.npy'), context);
  const labels = await read(at('both-labels.npy'), context);
  expect(rows).toMatchObject({ type: '<f4', shape: [20, 10] });
  expect(labels).toMatchObject({ type: '<i4', shape: [20] });
  for (const row of rows.values) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  for (const k of [1, 5] as const) {
    expect(topKError(rows.values, labels.values.flat(), k)).toBe(together[2]?.[`top${k}Error`]);
  }
  const guesses = readSubmission(await readFile(at('both.txt'), 'utf8'));
  expect(submissionError(guesses, labels.values.flat())).toBe(together[2]?.top5Error);
});

test('measured again from files, alone and as an ensemble, every number is the same', async () => {
  const both = await evaluated('--from both.npy');
  await evaluated('--run a --predictions a.jsonl');
  await evaluated('--run b --predictions b.npy');
  expect(both.map(measured)).toEqual(
    [together[2] as EvaluationResult].map(withoutWords).map(({ weights, ...rest }) => rest),
  );
  const again = await evaluated(
    '--from a.jsonl --from b.npy --search-weights --data data/embedded-1-2-prepared',
  );
  expect(again.map(measured)).toEqual(together.map(measured));
  expect(again.map(({ model }) => model)).toEqual([
    'a.jsonl',
    'b.npy',
    'average',
    'average',
    'searched average',
  ]);
});

test('a run has the same errors on the same images with their classes in another order', async () => {
  await sortedCopy(at('data/embedded-1-2'), at('sorted'));
  const { code, stdout, stderr } = await inProcess(
    folder.path,
    'evaluate --json --run a --views 10 --data sorted',
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(
    /\/a: its classes are in another order than those of data\/sorted-prepared-\w+; its outputs/,
  );
  expect(stderr).toMatch(/\/a: the mean of sorted is subtracted, not that of the data it was trained on\n/);
  const [{ top1Error, top5Error, images }] = JSON.parse(stdout);
  expect({ top1Error, top5Error, images }).toEqual({
    top1Error: together[0]?.top1Error,
    top5Error: together[0]?.top5Error,
    images: 20,
  });
});

test('the training split, and a table of the paper with our rows appended', async () => {
  const [row] = await evaluated('--run a --split train --views 1');
  const text = await evaluate('--from both.npy --paper-table 1');
  expect(row).toMatchObject({ split: 'train', images: 10, views: 1, crops: '1' });
  const lines = text.trim().split('\n');
  expect(lines.at(-2)).toMatch(/^\| CNN +\| 37\.5% +\| 17\.0% +\|$/);
  const percent = ((together[2]?.top1Error ?? Number.NaN) * 100).toFixed(1);
  expect(lines.at(-1)).toContain(`| ours on 10 other classes: both.npy | ${percent}% (`);
});

test('figures draws Figures 3 and 4 and lists the nearest training images', async () => {
  const args = 'figures --run a --out figures --split val';
  const { code, stdout, stderr } = await inProcess(folder.path, `${args} --json`);
  expect(code, stderr).toBe(0);
  const { files, neighbours } = JSON.parse(stdout);
  expect(files).toEqual(
    ['figure3.png', 'figure4-left.html', 'figure4-right.png', 'figure4-right.json'].map((name) =>
      join('figures', name),
    ),
  );
  const [kernels, page, neighbourImages, found] = await Promise.all(
    files.map((name: string) => readFile(at(name))),
  );
  expect((await sharp(kernels).metadata()).format).toBe('png');
  expect(page.toString().match(/<figure class="prediction">/g)).toHaveLength(8);
  expect(page.toString().match(/<li/g)).toHaveLength(40);
  expect(await sharp(neighbourImages).metadata()).toMatchObject({
    format: 'png',
    width: 128 + 20 + 6 * 132 - 4,
    height: 5 * 132 - 4,
  });
  expect(JSON.parse(found.toString())).toEqual(neighbours);
  expect(new Set(neighbours.queries.map(({ label }: { label: number }) => label)).size).toBe(5);
  for (const query of neighbours.queries) {
    const distances = query.neighbours.map(({ distance }: { distance: number }) => distance);
    expect(distances).toHaveLength(6);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBeGreaterThan(0);
  }
  const again = await inProcess(folder.path, args);
  expect(again.code).toBe(2);
  expect(again.stderr).toMatch(/figures\/figure3\.png already exists; choose another --out\./);
});

test('invalid calls are refused in one line with their exit code, and leave no file', async () => {
  for (const label of [0, 1, 2]) {
    for (const split of ['train', 'val'] as const) {
      await mkdir(at(`flowers/${split}/class-${label}`), { recursive: true });
      await writeFile(at(`flowers/${split}/class-${label}/1.jpg`), await drawJpeg(1, split, label, 1));
    }
  }
  await writeFile(at('cut.npy'), await readFile(at('both.npy')));
  await writeFile(at('cut-labels.npy'), await readFile(at('both-labels.npy')));
  await truncate(at('cut.npy'), 500);
  const before = await readdir(folder.path);
  const cases: [args: string, code: number, message: RegExp][] = [
    ['--run a --from both.npy', 2, /choose what to evaluate with either --run or --from, not both/],
    ['--run a --views 11', 2, /views must be 1, 10 or rows x columns up to 10x10, such as 3x3, got '11'/],
    ['--from both.npy --split test', 2, /--split requires --run/],
    ['--from both.npy --precision bfloat16', 2, /--precision requires --run/],
    ['--run a --predictions both.npy', 2, /both\.npy already exists/],
    ['--run a --views 1,10 --submission x.txt', 2, /accept only one set of --views/],
    ['--run a --split test', 2, /has no test images/],
    ['--from cut.npy', 1, /cut\.npy: the file has 500 bytes, but its header describes 928; it was cut off or damaged/],
    ['--run a --data flowers --predictions x.npy', 1, /a was trained on other classes than .* has: 10 classes, not 3/],
  ]; // biome-ignore format: a table
  for (const [args, code, message] of cases) {
    const backend = args.includes('--from') ? '' : '--backend cpu';
    const ended = await inProcess(folder.path, `evaluate ${args} ${backend}`);
    const lines = ended.stderr.split('\n').filter((line) => line.startsWith('alexnet: '));
    expect(lines.join('\n'), args).toMatch(message);
    expect([ended.code, lines.length, ended.stdout], args).toEqual([code, 1, '']);
  }
  expect(await readdir(folder.path)).toEqual(before);
});
