import { percent } from '@alexnet/ilsvrc/shared';
import type { Experiment, PlanOptions, Summary } from '../campaign/experiment.js';
import type { PlannedRun, Records, RunRecord } from '../campaign/run-record.js';
import { type Estimate, estimate, pairsToSettle } from '../campaign/statistics.js';
import { testErrorFigure } from '../figures/test-error-figure.js';
import type { CifarNet } from '../nets/cifar-net.js';
import { smokeNet } from '../nets/smoke-net.js';

/** One of the nets that are compared. */
interface Side {
  /** In names of runs. */
  name: string;
  /** In tables and figures. */
  label: string;
  net: CifarNet;
}

/** A comparison of nets by their test error after the same number of epochs, with the same seeds. */
export interface PairedOptions extends Pick<Experiment, 'name' | 'title' | 'claim' | 'seeds'> {
  /** The first is what the others are compared with. */
  sides: readonly [Side, ...Side[]];
  views: 1 | 10;
}

/** Makes an experiment of a comparison; with a single side it only measures that side's error. */
export function pairedExperiment({ sides, views, ...about }: PairedOptions): Experiment {
  return {
    ...about,
    plan: (_, options) =>
      seedsOf(options).flatMap((seed) => sides.map((side) => runOf(side, seed, options, views))),
    summarize: (records, options) => summarize(sides, records, options),
    async draw(records, options) {
      const curves = sides.flatMap((side) =>
        seedsOf(options).flatMap((seed) => {
          const record = records.get(idOf(side, seed));
          return record && record.epochs.length > 0
            ? [{ label: side.label, seed, epochs: record.epochs }]
            : [];
        }),
      );
      return curves.length === 0
        ? undefined
        : testErrorFigure(
            curves,
            sides.map(({ label }) => label),
          );
    },
  };
}

function seedsOf({ seeds }: PlanOptions): number[] {
  return Array.from({ length: seeds }, (_, i) => i + 1);
}

function idOf({ name }: Side, seed: number): string {
  return `${name}-seed${seed}`;
}

function runOf(side: Side, seed: number, { smoke }: PlanOptions, views: 1 | 10): PlannedRun {
  return { id: idOf(side, seed), seed, net: smoke ? smokeNet(side.net) : side.net, views };
}

function summarize(sides: readonly Side[], records: Records, options: PlanOptions): Summary {
  const errors = sides.map((side) => errorsOf(side, records, options));
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [i, { name, label }] of sides.entries()) {
    const own = errors[i] as Map<number, number>;
    const diverged = seedsOf(options).filter(
      (seed) => records.get(`${name}-seed${seed}`)?.end?.diverged,
    ).length;
    const found = own.size === 0 ? undefined : estimate([...own.values()]);
    values[name] = { testError: found, diverged, ...(found && timesOf(sides[i] as Side, records, options)) };
    const failed = diverged > 0 ? `; ${diverged} diverged` : '';
    lines.push(`${label}: ${found ? `${asPercent(found)}, n = ${found.n}` : 'not run yet'}${failed}`);
  }
  const [base, ...others] = sides as [Side, ...Side[]];
  for (const [i, { name, label }] of others.entries()) {
    const own = errors[i + 1] as Map<number, number>;
    const differences = [...own].flatMap(([seed, error]) => {
      const with0 = errors[0]?.get(seed);
      return with0 === undefined ? [] : [error - with0];
    });
    if (differences.length === 0) continue;
    const difference = estimate(differences);
    values[`${name} - ${base.name}`] = difference;
    lines.push(`${label} against ${base.label}: ${differenceText(difference, differences)}`);
  }
  return { lines, values };
}

function differenceText(difference: Estimate, differences: readonly number[]): string {
  const { mean, low, high, n } = difference;
  const points = (value: number): string => `${value > 0 ? '+' : ''}${(100 * value).toFixed(2)}`;
  if (n === 1) return `${points(mean)} points, n = 1 pair`;
  const text = `${points(mean)} points (95% ${points(low)} to ${points(high)}), n = ${n} pairs`;
  if (low > 0 || high < 0) return text;
  const needed = pairsToSettle(differences);
  return `${text}; not settled${needed ? `: that would take about ${needed} pairs` : ''}`;
}

/** '24.3% (95% 23.9% to 24.7%)'. */
function asPercent({ mean, low, high, n }: Estimate): string {
  return n === 1 ? percent(mean) : `${percent(mean)} (95% ${percent(low)} to ${percent(high)})`;
}

/** The test errors of a side's finished runs, by seed. */
function errorsOf(side: Side, records: Records, options: PlanOptions): Map<number, number> {
  return new Map(
    finished(side, records, options).flatMap(({ run, end }) =>
      end?.testError === undefined ? [] : [[run.seed, end.testError] as const],
    ),
  );
}

/** Median seconds of a run's training, without tests. */
function timesOf(side: Side, records: Records, options: PlanOptions): { trainingSeconds: number } {
  const times = finished(side, records, options)
    .map(({ epochs }) => epochs.reduce((sum, { seconds }) => sum + seconds, 0))
    .sort((a, b) => a - b);
  return { trainingSeconds: Math.round(times[Math.floor(times.length / 2)] ?? 0) };
}

function finished(side: Side, records: Records, options: PlanOptions): RunRecord[] {
  return seedsOf(options).flatMap((seed) => {
    const record = records.get(idOf(side, seed));
    return record?.end ? [record] : [];
  });
}
