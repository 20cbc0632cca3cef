import '@tensorflow/tfjs-backend-cpu';
import type { RunRecord } from '@alexnet/campaign';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { buildNet } from '../nets/build-net.js';
import type { CifarNet } from '../nets/cifar-net.js';
import { experiments } from './experiments.js';
import { augmentation, dropout, lrn, pooling, towers } from './section-experiments.js';

beforeAll(() => tf.setBackend('cpu'));

const options = { seeds: 4, smoke: false };
const data = { name: 'none', train: 0, test: 0 };
const none = { labels: [], of: () => Promise.reject(new Error('not needed')) };

/** Records of an experiment whose finished runs have these test errors. */
function recordsOf(
  experiment: typeof pooling,
  errors: Record<string, number>,
): Map<string, RunRecord<CifarNet>> {
  return new Map(
    experiment.plan(new Map(), options).flatMap((run) => {
      const testError = errors[run.id];
      const oneView = (testError ?? 0) + 0.01;
      const epochs = [
        { epoch: 0, trainLoss: 1, trainError: 1, testError: oneView, learningRate: 1, seconds: 60 },
      ];
      if (testError === undefined) return [];
      return [[run.id, { run, data, versions: {}, epochs, end: { reason: 'epochs', testError } }]];
    }),
  );
}

test('the same seeds of both sides are trained one after the other, and paired in the summary', async () => {
  expect(pooling.plan(new Map(), options).map(({ id }) => id)).toEqual(
    [1, 2, 3, 4].flatMap((seed) => [`pool-2-seed${seed}`, `base-seed${seed}`]),
  );
  const records = recordsOf(pooling, {
    'pool-2-seed1': 0.26,
    'base-seed1': 0.25,
    'pool-2-seed2': 0.28,
    'base-seed2': 0.268,
    'pool-2-seed3': 0.3, // without its pair
  });
  const { lines, values } = await pooling.summarize(records, options, none);
  expect(values['base - pool-2']).toMatchObject({ n: 2 });
  expect((values['base - pool-2'] as { mean: number }).mean).toBeCloseTo(-0.011, 12);
  expect(values['pool-2']).toMatchObject({ testError: { n: 3 }, diverged: 0, trainingSeconds: 60 });
  expect(lines).toEqual([
    'z = 2, s = 2: 28.0% (95% 23.0% to 33.0%), n = 3',
    '  its ten views against one: -1.00 points (95% -1.00 to -1.00), n = 3 pairs',
    'z = 3, s = 2: 25.9% (95% 14.5% to 37.3%), n = 2',
    '  its ten views against one: -1.00 points (95% -1.00 to -1.00), n = 2 pairs',
    // t(.975, 1) = 12.706, deviation .1414 points
    'z = 3, s = 2 against z = 2, s = 2: -1.10 points (95% -2.37 to +0.17), n = 2 pairs; not settled: that would take about 3 pairs',
  ]);
});

test('a side without runs says so, and a difference whose interval excludes 0 is settled', async () => {
  expect((await pooling.summarize(new Map(), options, none)).lines).toEqual([
    'z = 2, s = 2: not run yet',
    'z = 3, s = 2: not run yet',
  ]);
  const errors = Object.fromEntries(
    [1, 2, 3].flatMap((seed) => [
      [`pool-2-seed${seed}`, 0.26 + seed / 100],
      [`base-seed${seed}`, 0.25 + seed / 100 + seed / 10000],
    ]),
  );
  expect((await pooling.summarize(recordsOf(pooling, errors), options, none)).lines.at(-1)).toMatch(
    /^z = 3.*points \(95%.*n = 3 pairs$/,
  );
});

test('a difference near 0 would take more pairs than anybody trains', async () => {
  const errors = { 'pool-2-seed1': 0.26, 'base-seed1': 0.27, 'pool-2-seed2': 0.27001, 'base-seed2': 0.26 };
  expect((await pooling.summarize(recordsOf(pooling, errors), options, none)).lines.at(-1)).toMatch(
    /n = 2 pairs; not settled: that would take more than 1,000 pairs$/,
  );
});

test('sides differ in what the experiment is about, and in nothing else', () => {
  const netsOf = (experiment: typeof pooling) => {
    const plan = experiment.plan(new Map(), { seeds: 1, smoke: false });
    return Object.fromEntries(plan.map(({ id, net }) => [id.replace('-seed1', ''), net]));
  };
  const { center, base } = netsOf(augmentation);
  expect(center).toEqual({ ...base, crops: 'center' });
  const { base: none, 'lrn-across': across } = netsOf(lrn);
  expect(across?.layers.filter(({ type }) => type !== 'lrn')).toEqual(none?.layers);
  expect(across?.layers.filter(({ type }) => type === 'lrn')).toHaveLength(2);
  const { 'pool-2': apart, base: overlapping } = netsOf(pooling);
  const sizes = (net: typeof apart) =>
    net?.layers.flatMap((layer) => (layer.type === 'pool' ? [layer.poolSize] : []));
  expect([sizes(apart), sizes(overlapping)]).toEqual([
    [2, 2, 2],
    [3, 3, 3],
  ]);
  const { 'hidden-dropout': half, 'hidden-dropout-twice': twice } = netsOf(dropout);
  expect(twice?.training).toEqual({ ...half?.training, drops: [16], epochs: 22 });
  expect({ ...twice, training: half?.training }).toEqual(half);
});

test('two towers have as many parameters as one, within half a percent', () => {
  const counts = towers.plan(new Map(), { seeds: 1, smoke: false }).map(({ net }) => {
    const model = buildNet(net, { classes: 10, seed: 1 });
    const count = model.countParams();
    model.dispose();
    return count;
  });
  expect(counts).toEqual([105_890, 106_294]);
});

test('experiments with a folder in common agree on the runs that they share', () => {
  const plans = experiments
    .filter(({ folder }) => folder === 'comparisons')
    .flatMap((experiment) => experiment.plan(new Map(), options));
  const known = new Map<string, unknown>();
  for (const run of plans) {
    if (known.has(run.id)) expect(known.get(run.id), run.id).toEqual(run);
    known.set(run.id, run);
  }
  expect(known.size).toBeLessThan(plans.length);
});

test('every experiment has a name of its own and at least three seeds', () => {
  expect(new Set(experiments.map(({ name }) => name)).size).toBe(experiments.length);
  for (const { seeds, claim } of experiments) {
    expect(seeds).toBeGreaterThanOrEqual(3);
    expect(claim).toMatch(/sec\. |its author/);
  }
});
