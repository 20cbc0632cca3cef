import { expect, test } from 'vitest';
import { averageExperiment } from './average.js';
import type { RunRecord } from './run-record.js';

const experiment = averageExperiment<{ name: string }>({
  name: 'average',
  title: '',
  claim: '',
  seeds: 3,
  views: 10,
  side: { name: 'net', label: 'net', net: { name: 'large' } },
  smokeNet: () => ({ name: 'small' }),
});

/** Probabilities of the first of two classes, for three images of the classes 0, 1, 0. */
const firsts: Record<string, number[]> = {
  'net-seed1': [0.9, 0.6, 0.4], // two of three wrong
  'net-seed2': [0.4, 0.2, 0.9], // one wrong
  'net-seed3': [0.8, 0.1, 0.3], // one wrong
};
const labels = [0, 1, 0];
const predictions = {
  labels,
  of: async (id: string) => Float32Array.from((firsts[id] ?? []).flatMap((p) => [p, 1 - p])),
};
const finished = (ids: readonly string[]): Map<string, RunRecord<{ name: string }>> =>
  new Map(
    experiment.plan(new Map(), { seeds: 3, smoke: false }).flatMap((run) => {
      if (!ids.includes(run.id)) return [];
      const wrong = (firsts[run.id] ?? []).filter((p, i) => p > 0.5 !== (labels[i] === 0)).length;
      const record = { run, data: { name: '', train: 0, test: 3 }, versions: {}, epochs: [] };
      return [[run.id, { ...record, end: { reason: 'epochs' as const, testError: wrong / 3 } }]];
    }),
  );

test('the average of the probabilities is beside the mean error of the single nets', async () => {
  const { values, lines } = await experiment.summarize(finished(Object.keys(firsts)), { seeds: 3, smoke: false }, predictions); // biome-ignore format: one line
  // means of the first class: .7, .3, .533: all right
  expect(values.average).toMatchObject({ error: 0, nets: 3 });
  expect((values.single as { mean: number }).mean).toBeCloseTo((2 + 1 + 1) / 9, 12);
  expect(lines.at(-1)).toBe('3 nets against one: -44.44 points');
});

test('one net has no average, and the smoke version is small', async () => {
  const { lines } = await experiment.summarize(
    finished(['net-seed1']),
    { seeds: 3, smoke: false },
    predictions,
  );
  expect(lines).toEqual(['two runs are needed for an average']);
  expect(experiment.plan(new Map(), { seeds: 1, smoke: true })[0]?.net).toEqual({ name: 'small' });
});
