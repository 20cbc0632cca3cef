import type { RunRecord } from '@alexnet/campaign';
import { expect, test } from 'vitest';
import type { CifarNet } from '../nets/cifar-net.js';
import { epochsTo, figure1 } from './figure1.js';

const options = { seeds: 2, smoke: false };
const data = { name: 'none', train: 0, test: 0 };
const none = { labels: [], of: () => Promise.reject(new Error('not needed')) };

/** Ends a planned run with these training errors, one an epoch. */
function ended(id: string, errors: readonly number[], records: Map<string, RunRecord<CifarNet>>): void {
  const run = figure1.plan(records, options).find((one) => one.id === id);
  if (!run) throw new Error(`${id} is not planned`);
  const epochs = errors.map((trainError, epoch) => ({ epoch, trainError, trainLoss: 1, testError: 1, learningRate: 1, seconds: 1 })); // biome-ignore format: one line
  records.set(id, { run, data, versions: {}, epochs, end: { reason: 'epochs' } });
}

test('the rates are searched first, beyond the edge of the grid if the best is there', () => {
  const records = new Map<string, RunRecord<CifarNet>>();
  const ids = (): string[] => figure1.plan(records, options).map(({ id }) => id);
  const first = ['relu', 'tanh'].flatMap((side) =>
    [0.001, 0.003, 0.01].map((rate) => `search-${side}-${rate}`),
  );
  expect(ids()).toEqual(first);
  for (const [i, id] of first.entries())
    ended(id, [i < 3 ? ([0.5, 0.4, 0.6][i] as number) : 0.9 - 0.1 * i], records);
  expect(ids().at(-1)).toBe('search-tanh-0.03'); // .01 was the best for tanh
  expect(ids()).not.toContain('relu-seed1');
  ended('search-tanh-0.03', [0.8], records);
  expect(ids().slice(-4)).toEqual(['relu-seed1', 'tanh-seed1', 'relu-seed2', 'tanh-seed2']);
  const [relu, tanh] = figure1.plan(records, options).slice(-2);
  expect([relu, tanh].map((run) => run?.net.training.learningRate)).toEqual([0.003, 0.01]);
  expect([relu, tanh].map((run) => run?.net.activation)).toEqual(['relu', 'tanh']);
  for (const layer of relu?.net.layers ?? []) if ('weightDecay' in layer) expect(layer.weightDecay).toBe(0);
});

test('the time to 25% lies between two epochs, on a straight line', () => {
  const epochs = [0.5, 0.3, 0.2].map((trainError) => ({ trainError }));
  expect(epochsTo(0.25, epochs)).toBeCloseTo(2.5, 12);
  expect(epochsTo(0.25, epochs.slice(0, 2))).toBeUndefined();
  expect(epochsTo(0.6, epochs)).toBe(1);
});

test('the summary pairs equal seeds and counts runs that never reached the target', async () => {
  const records = new Map<string, RunRecord<CifarNet>>();
  for (const side of ['relu', 'tanh']) {
    for (const [i, rate] of [0.001, 0.003, 0.01].entries()) ended(`search-${side}-${rate}`, [[0.5, 0.4, 0.6][i] as number], records); // biome-ignore format: one line
  }
  ended('relu-seed1', [0.4, 0.25], records); // 2 epochs
  ended('tanh-seed1', [0.6, 0.5, 0.4, 0.35, 0.3, 0.3, 0.3, 0.25], records); // 8 epochs
  ended('relu-seed2', [0.4, 0.25], records);
  ended('tanh-seed2', [0.6, 0.5], records);
  const { lines, values } = await figure1.summarize(records, options, none);
  expect(values.ratio).toMatchObject({ n: 1 });
  expect((values.ratio as { mean: number }).mean).toBeCloseTo(4, 12);
  expect(values.tanh).toMatchObject({ rate: 0.003, runs: 2, neverReached: 1 });
  expect(lines.at(-1)).toBe('ReLU is 4.0 times as fast, n = 1 pair; the paper: 6');
});
